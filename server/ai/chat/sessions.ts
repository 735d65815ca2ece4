import type { Pool } from 'pg'
import type { ChatSummary } from '#shared/api/chat.ts'
import { can, type Resource } from '#shared/access/can.ts'
import { AppError } from '#shared/errors.ts'
import type { ChatSessionId, WorkspaceId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import type { Asking } from './asking.ts'
import { type ChatRow, listChats, readSummary, requireChat } from './chat-rows.ts'

type Workspace = Extract<Resource, { type: 'workspace' }>

interface SessionsOptions {
  readonly pool: Pool
  /** The list changed for everyone in the workspace, or for the owner of a private chat alone. */
  onListChanged(chat: Pick<ChatRow, 'workspaceId' | 'ownerId' | 'isShared'>): void
  onChatChanged(chatId: ChatSessionId): void
  onChatGone(chatId: ChatSessionId): void
  record(by: Asking, action: string, chat: Pick<ChatRow, 'id' | 'workspaceId'>): Promise<void>
}

export type Sessions = ReturnType<typeof createSessions>

/** Chats as things in a workspace's list: made, named, shared, deleted and brought back. */
export function createSessions({ pool, onListChanged, onChatChanged, onChatGone, record }: SessionsOptions) {
  /** The owner of a chat, and of shared ones who leads the workspace. */
  const requireManager = async (by: Asking, workspace: Workspace, chatId: ChatSessionId): Promise<ChatRow> => {
    const chat = await requireChat(pool, { userId: by.actor.userId, workspaceId: workspace.id }, chatId)
    const isLeader = can(by.actor, 'workspace.share', workspace)
    if (chat.ownerId !== by.actor.userId && !isLeader) throw new AppError('forbidden')
    return chat
  }

  return {
    list: (by: Asking, workspaceId: WorkspaceId) => listChats(pool, by.actor.userId, workspaceId),

    async create(
      by: Asking,
      input: { workspaceId: WorkspaceId; title: string; isShared: boolean },
    ): Promise<ChatSummary> {
      const id = newId<ChatSessionId>()
      const { userId } = by.actor
      const { workspaceId, title, isShared } = input
      await pool.query(
        `insert into chat_session (id, workspace_id, owner_id, title, shared_at)
        values ($1, $2, $3, $4, case when $5 then now() end)`,
        [id, workspaceId, userId, title, isShared],
      )
      await record(by, 'chat.created', { id, workspaceId })
      onListChanged({ workspaceId, ownerId: userId, isShared })
      return readSummary(pool, userId, id)
    },

    async rename(by: Asking, workspace: Workspace, chatId: ChatSessionId, title: string): Promise<void> {
      const chat = await requireManager(by, workspace, chatId)
      await pool.query('update chat_session set title = $2 where id = $1', [chatId, title])
      onListChanged(chat)
      onChatChanged(chatId)
    },

    /** For good: what others have read cannot be made unread. */
    async share(by: Asking, workspace: Workspace, chatId: ChatSessionId): Promise<void> {
      const chat = await requireManager(by, workspace, chatId)
      await pool.query('update chat_session set shared_at = coalesce(shared_at, now()) where id = $1', [chatId])
      await record(by, 'chat.shared', chat)
      onListChanged({ ...chat, isShared: true })
      onChatChanged(chatId)
    },

    async remove(by: Asking, workspace: Workspace, chatId: ChatSessionId): Promise<void> {
      const chat = await requireManager(by, workspace, chatId)
      await pool.query('update chat_session set deleted_at = now() where id = $1 and deleted_at is null', [chatId])
      await record(by, 'chat.deleted', chat)
      onListChanged(chat)
      onChatGone(chatId)
    },

    /** Undoes a deletion by who could have made it. */
    async restore(by: Asking, workspace: Workspace, chatId: ChatSessionId): Promise<void> {
      const { rows } = await pool.query<ChatRow>(
        `select id, workspace_id as "workspaceId", owner_id as "ownerId", shared_at is not null as "isShared"
        from chat_session where id = $1 and workspace_id = $2 and deleted_at is not null`,
        [chatId, workspace.id],
      )
      const chat = rows[0]
      const isLeader = chat?.isShared === true && can(by.actor, 'workspace.share', workspace)
      if (!chat || (chat.ownerId !== by.actor.userId && !isLeader)) throw new AppError('not_found')
      await pool.query('update chat_session set deleted_at = null where id = $1', [chatId])
      await record(by, 'chat.restored', chat)
      onListChanged(chat)
    },
  }
}
