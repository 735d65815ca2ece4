import type { Pool, PoolClient } from 'pg'
import {
  type Attachment,
  CHAT_MESSAGES_MAX,
  type ChatMessageInfo,
  type ChatState,
  type Place,
  QUEUE_MAX,
} from '#shared/api/chat.ts'
import { can, type Resource } from '#shared/access/can.ts'
import { AppError } from '#shared/errors.ts'
import type { AiRunId, ChatMessageId, ChatSessionId, WorkspaceId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import type { Asking } from './asking.ts'
import {
  doAllSeeTerminals,
  insertMessage,
  leafAfter,
  listMessages,
  listRuns,
  readSummary,
  readTree,
  requireChat,
  touchChat,
} from './chat-rows.ts'
import { inTransaction } from './transaction.ts'

type Workspace = Extract<Resource, { type: 'workspace' }>

export interface Draft {
  readonly workspaceId: WorkspaceId
  readonly chatId: ChatSessionId
  readonly messageId: ChatMessageId
  readonly place: Place
  readonly text: string
  readonly attachments: readonly Attachment[]
}

interface MessagesOptions {
  readonly pool: Pool
  onChatChanged(chatId: ChatSessionId): void
  /** A run may begin now. */
  onQueued(chatId: ChatSessionId): void
}

export type Messages = ReturnType<typeof createMessages>

/** What people write: to each other, or to AI, which queues a run. */
export function createMessages({ pool, onChatChanged, onQueued }: MessagesOptions) {
  const store = async (
    tx: PoolClient,
    by: Asking,
    workspace: Workspace,
    draft: Draft,
    kind: 'people' | 'ask',
  ): Promise<boolean> => {
    const who = { userId: by.actor.userId, workspaceId: workspace.id }
    await requireChat(tx, who, draft.chatId, { lock: true })
    if (draft.attachments.some(({ kind: of }) => of === 'terminal')) {
      if (!can(by.actor, 'workspace.watchTerminals', workspace)) throw new AppError('forbidden')
      if (!(await doAllSeeTerminals(tx, draft.chatId))) throw new AppError('terminal_not_for_all')
    }
    const tree = await readTree(tx, draft.chatId)
    if (tree.length >= CHAT_MESSAGES_MAX) throw new AppError('too_large')
    const { messageId: id, chatId, place, text, attachments } = draft
    const known = new Map(tree.map((node) => [node.id, node.parentId]))
    if (place.messageId !== null && !known.has(place.messageId)) throw new AppError('not_found')
    const parentId = place.type === 'instead' ? (known.get(place.messageId) ?? null) : leafAfter(tree, place.messageId)
    const isNew = await insertMessage(tx, { id, chatId, parentId, authorId: who.userId, kind, text, attachments })
    if (isNew) await touchChat(tx, chatId)
    return isNew
  }

  const queue = async (
    tx: PoolClient,
    run: { chatId: ChatSessionId; messageId: string; requesterId: string; model: string | undefined },
  ): Promise<AiRunId> => {
    const { rows } = await tx.query<{ waiting: number }>(
      `select count(*)::int as waiting from ai_run where session_id = $1 and status = 'queued'`,
      [run.chatId],
    )
    if ((rows[0]?.waiting ?? 0) >= QUEUE_MAX) throw new AppError('rate_limited')
    const id = newId<AiRunId>()
    await tx.query(
      `insert into ai_run (id, session_id, message_id, answer_id, requester_id, model, status, created_at)
      values ($1, $2, $3, $4, $5, $6, 'queued', clock_timestamp())`,
      [id, run.chatId, run.messageId, newId<ChatMessageId>(), run.requesterId, run.model ?? ''],
    )
    return id
  }

  return {
    async read(by: Asking, workspace: Workspace, chatId: ChatSessionId): Promise<ChatState> {
      const { userId } = by.actor
      await requireChat(pool, { userId, workspaceId: workspace.id }, chatId)
      const [chat, messages, runs] = await Promise.all([
        readSummary(pool, userId, chatId),
        listMessages(pool, chatId),
        listRuns(pool, chatId),
      ])
      const seesTerminals = can(by.actor, 'workspace.watchTerminals', workspace)
      return { chat, messages: seesTerminals ? messages : messages.map(withoutTerminals), runs }
    },

    async send(by: Asking, workspace: Workspace, draft: Draft): Promise<void> {
      if (await inTransaction(pool, (tx) => store(tx, by, workspace, draft, 'people'))) onChatChanged(draft.chatId)
    },

    async ask(by: Asking, workspace: Workspace, draft: Draft & { readonly model?: string }): Promise<void> {
      const isNew = await inTransaction(pool, async (tx) => {
        if (!(await store(tx, by, workspace, draft, 'ask'))) return false
        const { chatId, messageId, model } = draft
        await queue(tx, { chatId, messageId, requesterId: by.actor.userId, model })
        return true
      })
      if (!isNew) return
      onChatChanged(draft.chatId)
      onQueued(draft.chatId)
    },

    /** Another answer to the same question, beside the first. */
    async regenerate(
      by: Asking,
      input: { workspaceId: WorkspaceId; chatId: ChatSessionId; messageId: ChatMessageId; model?: string },
    ): Promise<void> {
      const { workspaceId, chatId, model } = input
      await inTransaction(pool, async (tx) => {
        const { userId } = by.actor
        await requireChat(tx, { userId, workspaceId }, chatId, { lock: true })
        const { rows } = await tx.query<{ id: string }>(
          `select q.id from chat_message m join chat_message q on q.id = case m.kind when 'answer' then m.parent_id else m.id end
          where m.id = $1 and m.session_id = $2 and q.session_id = $2 and q.kind = 'ask'`,
          [input.messageId, chatId],
        )
        if (!rows[0]) throw new AppError('not_found')
        await queue(tx, { chatId, messageId: rows[0].id, requesterId: userId, model })
        await touchChat(tx, chatId)
      })
      onChatChanged(chatId)
      onQueued(chatId)
    },

    /** A question that still waits is changed in place: nobody has answered it. Its author alone may. */
    async editQueued(by: Asking, run: RunRef, text: string): Promise<void> {
      await inTransaction(pool, async (tx) => {
        const messageId = await requireQueued(tx, by, run)
        await tx.query('update chat_message set text = $2 where id = $1', [messageId, text])
      })
      onChatChanged(run.chatId)
    },

    /** Takes a waiting question back; what was written after it stays, after what it followed. */
    async cancelQueued(by: Asking, run: RunRef): Promise<void> {
      await inTransaction(pool, async (tx) => {
        const messageId = await requireQueued(tx, by, run)
        const { rows } = await tx.query<{ answerId: string }>(
          'delete from ai_run where id = $1 returning answer_id as "answerId"',
          [run.runId],
        )
        const { rows: others } = await tx.query(
          `select 1 from ai_run where message_id = $1 union all select 1 from chat_message where parent_id = $1 and kind = 'answer'`,
          [messageId],
        )
        // Another answer hangs on the question: only this run of it is called off.
        const heir = others.length > 0 ? messageId : null
        await tx.query(
          `update chat_message set parent_id = coalesce($3, (select parent_id from chat_message where id = $1))
          where session_id = $4 and (parent_id = $2 or ($3::text is null and parent_id = $1))`,
          [messageId, rows[0]?.answerId ?? null, heir, run.chatId],
        )
        if (heir === null) await tx.query('delete from chat_message where id = $1', [messageId])
      })
      onChatChanged(run.chatId)
    },
  }
}

/** Whoever may not watch terminals sees that one was attached, and not what it said. */
const withoutTerminals = (message: ChatMessageInfo): ChatMessageInfo => ({
  ...message,
  attachments: message.attachments.map((one) =>
    one.kind === 'terminal' ? { ...one, text: '', isHidden: true as const } : one,
  ),
})

export interface RunRef {
  readonly workspaceId: WorkspaceId
  readonly chatId: ChatSessionId
  readonly runId: AiRunId
}

async function requireQueued(tx: PoolClient, by: Asking, run: RunRef): Promise<ChatMessageInfo['id']> {
  await requireChat(tx, { userId: by.actor.userId, workspaceId: run.workspaceId }, run.chatId, { lock: true })
  const { rows } = await tx.query<{ messageId: string; requesterId: string; status: string }>(
    `select message_id as "messageId", requester_id as "requesterId", status from ai_run where id = $1 and session_id = $2`,
    [run.runId, run.chatId],
  )
  const row = rows[0]
  if (!row) throw new AppError('not_found')
  if (row.requesterId !== by.actor.userId) throw new AppError('forbidden')
  // It began a moment ago: there is Stop for that.
  if (row.status !== 'queued') throw new AppError('conflict')
  return row.messageId
}
