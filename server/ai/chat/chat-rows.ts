import type { Pool, PoolClient } from 'pg'
import { AppError } from '#shared/errors.ts'
import type { Attachment, ChatMessageInfo, ChatPerson, ChatSummary, RunInfo, RunStatus } from '#shared/api/chat.ts'
import type { AiRunId, ChatMessageId, ChatSessionId, UserId, WorkspaceId } from '#shared/ids.ts'

type Db = Pool | PoolClient

export interface ChatRow {
  readonly id: ChatSessionId
  readonly workspaceId: WorkspaceId
  readonly ownerId: UserId
  readonly isShared: boolean
}

/** One place of the tree; an answer that is still to come has one too. */
export interface TreeNode {
  readonly id: ChatMessageId
  readonly parentId: ChatMessageId | null
}

interface PersonColumns {
  readonly personId: string | null
  readonly personName: string | null
  readonly personColor: number | null
}
const PERSON = `u.id as "personId", u.name as "personName", u.color as "personColor"`
const personOf = ({ personId, personName, personColor }: PersonColumns): ChatPerson | null =>
  personId === null ? null : { id: personId, name: personName ?? '', color: personColor ?? 0 }

/**
 * A chat as this person may see it; a foreign, deleted or still private one answers as a missing one. `lock` makes
 * changes of its tree and queue wait for each other.
 */
export async function requireChat(
  db: Db,
  who: { readonly userId: string; readonly workspaceId: WorkspaceId },
  chatId: ChatSessionId,
  options: { lock?: boolean } = {},
): Promise<ChatRow> {
  const { rows } = await db.query<ChatRow>(
    `select id, workspace_id as "workspaceId", owner_id as "ownerId", shared_at is not null as "isShared"
    from chat_session where id = $1 and workspace_id = $2 and deleted_at is null
      and (shared_at is not null or owner_id = $3) ${options.lock ? 'for update' : ''}`,
    [chatId, who.workspaceId, who.userId],
  )
  if (!rows[0]) throw new AppError('not_found')
  return rows[0]
}

/** Whether everyone who reads this chat may see terminals: it is one person's alone, or no viewer is shut out. */
export async function doAllSeeTerminals(db: Db, chatId: ChatSessionId): Promise<boolean> {
  const { rows } = await db.query<{ isSo: boolean }>(
    `select s.shared_at is null or w.viewers_watch_terminals or not exists (
      select 1 from membership m where m.workspace_id = s.workspace_id and m.role = 'viewer'
    ) as "isSo" from chat_session s join workspace w on w.id = s.workspace_id where s.id = $1`,
    [chatId],
  )
  return rows[0]?.isSo === true
}

interface SummaryRow extends PersonColumns {
  readonly id: string
  readonly title: string
  readonly ownerId: string
  readonly isShared: boolean
  readonly updatedAt: Date
}
const SUMMARY = `select s.id, s.title, s.owner_id as "ownerId", s.shared_at is not null as "isShared",
  s.updated_at as "updatedAt", ${PERSON} from chat_session s left join user_account u on u.id = s.owner_id`
const summaryOf = (row: SummaryRow, userId: string): ChatSummary => ({
  id: row.id,
  title: row.title,
  owner: personOf(row),
  isShared: row.isShared,
  isMine: row.ownerId === userId,
  updatedAt: row.updatedAt.toISOString(),
})

const LIST_MAX = 200

/** Newest first: what is shared, and one's own. */
export async function listChats(db: Db, userId: string, workspaceId: WorkspaceId): Promise<ChatSummary[]> {
  const { rows } = await db.query<SummaryRow>(
    `${SUMMARY} where s.workspace_id = $1 and s.deleted_at is null and (s.shared_at is not null or s.owner_id = $2)
    order by s.updated_at desc, s.id limit ${LIST_MAX}`,
    [workspaceId, userId],
  )
  return rows.map((row) => summaryOf(row, userId))
}

export async function readSummary(db: Db, userId: string, chatId: ChatSessionId): Promise<ChatSummary> {
  const { rows } = await db.query<SummaryRow>(`${SUMMARY} where s.id = $1`, [chatId])
  if (!rows[0]) throw new AppError('not_found')
  return summaryOf(rows[0], userId)
}

interface MessageRow extends PersonColumns {
  readonly id: string
  readonly parentId: string | null
  readonly kind: ChatMessageInfo['kind']
  readonly text: string
  readonly attachments: Attachment[]
  readonly createdAt: Date
  readonly runId: string | null
}

/** In the order in which they were written; an answer never stands before its question of the same millisecond. */
export async function listMessages(db: Db, chatId: ChatSessionId): Promise<ChatMessageInfo[]> {
  const { rows } = await db.query<MessageRow>(
    `select m.id, m.parent_id as "parentId", m.kind, m.text, m.attachments, m.created_at as "createdAt",
      m.run_id as "runId", ${PERSON}
    from chat_message m left join user_account u on u.id = m.author_id
    where m.session_id = $1 order by m.created_at, m.kind = 'answer', m.id`,
    [chatId],
  )
  return rows.map(({ personId, personName, personColor, createdAt, ...row }) => ({
    ...row,
    author: personOf({ personId, personName, personColor }),
    createdAt: createdAt.toISOString(),
  }))
}

interface RunRow extends PersonColumns {
  readonly id: string
  readonly messageId: string
  readonly answerId: string
  readonly model: string
  readonly status: RunStatus
  readonly error: string | null
  readonly stoppedBy: string | null
  readonly createdAt: Date
}

/** The runs of a chat without those that were called off before they began. */
export async function listRuns(db: Db, chatId: ChatSessionId): Promise<RunInfo[]> {
  const { rows } = await db.query<RunRow>(
    `select r.id, r.message_id as "messageId", r.answer_id as "answerId", r.model, r.status, r.error_class as error,
      s.name as "stoppedBy", r.created_at as "createdAt", ${PERSON}
    from ai_run r left join user_account u on u.id = r.requester_id left join user_account s on s.id = r.stopped_by
    where r.session_id = $1 order by r.created_at, r.id`,
    [chatId],
  )
  return rows.map(({ personId, personName, personColor, createdAt, ...row }) => ({
    ...row,
    requester: personOf({ personId, personName, personColor }),
    createdAt: createdAt.toISOString(),
  }))
}

/** The whole tree in the order in which it grew, with a place for every answer that is still to come. */
export async function readTree(db: Db, chatId: ChatSessionId): Promise<TreeNode[]> {
  const { rows } = await db.query<TreeNode>(
    `select id, parent_id as "parentId" from (
      select id, parent_id, created_at, kind = 'answer' as is_answer from chat_message where session_id = $1
      union all
      select answer_id, message_id, created_at, true from ai_run
      where session_id = $1 and status in ('queued', 'running')
    ) node order by created_at, is_answer, id`,
    [chatId],
  )
  return rows
}

/** Where a message after this one goes: the end of the branch, always by the newest child. */
export function leafAfter(tree: readonly TreeNode[], from: ChatMessageId | null): ChatMessageId | null {
  const newest = new Map(tree.map((node) => [node.parentId, node.id]))
  let leaf = from
  // Each step goes to a later row, but a row that names itself must not hang the server.
  for (let steps = 0; steps <= tree.length; steps++) {
    const next = newest.get(leaf)
    if (next === undefined) return leaf
    leaf = next
  }
  return leaf
}

export async function touchChat(db: Db, chatId: ChatSessionId): Promise<void> {
  await db.query('update chat_session set updated_at = now() where id = $1', [chatId])
}

export interface NewMessage {
  readonly id: ChatMessageId
  readonly chatId: ChatSessionId
  readonly parentId: ChatMessageId | null
  readonly authorId: string | null
  readonly kind: ChatMessageInfo['kind']
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly runId?: AiRunId
}

/** `false` where this very message was stored before; a foreign one under its id is a conflict. */
export async function insertMessage(db: Db, message: NewMessage): Promise<boolean> {
  const { rowCount } = await db.query(
    // Not now(): of two messages in one transaction's time, or after waiting for a lock, the order must stay true.
    `insert into chat_message (id, session_id, parent_id, author_id, kind, text, attachments, run_id, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp()) on conflict (id) do nothing`,
    [
      message.id,
      message.chatId,
      message.parentId,
      message.authorId,
      message.kind,
      message.text,
      JSON.stringify(message.attachments),
      message.runId ?? null,
    ],
  )
  if (rowCount === 1) return true
  const { rows } = await db.query<{ isSame: boolean }>(
    `select session_id = $2 and author_id = $3 and text = $4 as "isSame" from chat_message where id = $1`,
    [message.id, message.chatId, message.authorId, message.text],
  )
  if (rows[0]?.isSame !== true) throw new AppError('conflict')
  return false
}
