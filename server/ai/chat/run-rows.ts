import type { Pool, PoolClient } from 'pg'
import { WORKSPACE_PERMISSIONS, type WorkspaceRole } from '#shared/access/permissions.ts'
import type { AiRunId, ChatMessageId, ChatSessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import { inTransaction } from './transaction.ts'

/** A run whose server did not renew this is taken for dead. With the reaper's own pace it is noticed within 15 s. */
export const LEASE_SECONDS = 10

export interface BegunRun {
  readonly id: AiRunId
  readonly chatId: ChatSessionId
  readonly workspaceId: WorkspaceId
  readonly messageId: ChatMessageId
  readonly answerId: ChatMessageId
  readonly requesterId: UserId
  /** '' for the first model there is */
  readonly model: string
  /** Whether its requester may still ask AI at this moment. */
  readonly isAllowed: boolean
}

const ASKING_ROLES: readonly WorkspaceRole[] = WORKSPACE_PERMISSIONS['workspace.ai']

/** Takes the oldest waiting run of a chat, unless one is under way: the chat's row makes all nodes agree. */
export function beginNext(pool: Pool, chatId: ChatSessionId): Promise<BegunRun | null> {
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ isGone: boolean }>(
      'select deleted_at is not null as "isGone" from chat_session where id = $1 for update',
      [chatId],
    )
    if (rows[0]?.isGone !== false) return null
    // A statement of its own, after the lock: one that waits for a lock sees other rows as they were before.
    const busy = await tx.query(`select 1 from ai_run where session_id = $1 and status = 'running'`, [chatId])
    if (busy.rows.length > 0) return null
    const begun = await tx.query<Omit<BegunRun, 'isAllowed' | 'workspaceId'>>(
      `update ai_run set status = 'running', started_at = now(), lease_until = now() + make_interval(secs => $2)
      where id = (select id from ai_run where session_id = $1 and status = 'queued' order by created_at, id limit 1)
      returning id, session_id as "chatId", message_id as "messageId", answer_id as "answerId",
        requester_id as "requesterId", model`,
      [chatId, LEASE_SECONDS],
    )
    const run = begun.rows[0]
    if (!run) return null
    const { rows: facts } = await tx.query<{ workspaceId: WorkspaceId; isAllowed: boolean | null }>(
      `select s.workspace_id as "workspaceId", (
        select m.role::text = any($3) and u.suspended_at is null and w.deleted_at is null
        from membership m join user_account u on u.id = m.user_id join workspace w on w.id = m.workspace_id
        where m.workspace_id = s.workspace_id and m.user_id = $2
      ) as "isAllowed" from chat_session s where s.id = $1`,
      [chatId, run.requesterId, ASKING_ROLES],
    )
    return { ...run, workspaceId: facts[0]!.workspaceId, isAllowed: facts[0]?.isAllowed === true }
  })
}

/** Keeps what has come and the lease. False where the run is no longer this server's, or somebody stopped it. */
export async function renew(pool: Pool, runId: AiRunId, partial: string): Promise<boolean> {
  const { rows } = await pool.query<{ isStopped: boolean }>(
    `update ai_run set partial = $2, lease_until = now() + make_interval(secs => $3)
    where id = $1 and status = 'running' returning stopped_by is not null as "isStopped"`,
    [runId, partial, LEASE_SECONDS],
  )
  return rows[0]?.isStopped === false
}

export interface RunEnd {
  readonly status: 'done' | 'stopped' | 'failed' | 'interrupted'
  readonly text: string
  readonly error: string | null
  readonly model?: string
}

/** Stores the answer and ends the run; false where it had been ended already, and nothing is stored. */
export async function finish(tx: PoolClient, runId: AiRunId, end: RunEnd): Promise<boolean> {
  const { rowCount } = await tx.query(
    `with ended as (
      update ai_run set status = $2, error_class = $3, model = coalesce($5, model), partial = '', lease_until = null,
        finished_at = now() where id = $1 and status = 'running' returning *
    )
    insert into chat_message (id, session_id, parent_id, author_id, kind, text, run_id, created_at)
    select answer_id, session_id, message_id, null, 'answer', $4, id, created_at from ended`,
    [runId, end.status, end.error, end.text, end.model ?? null],
  )
  return rowCount === 1
}

export type DeadRun = Pick<BegunRun, 'id' | 'chatId' | 'messageId' | 'model'>

/** Runs whose server did not renew their lease. */
export async function deadRuns(pool: Pool): Promise<DeadRun[]> {
  const { rows } = await pool.query<DeadRun>(
    `select id, session_id as "chatId", message_id as "messageId", model from ai_run
    where status = 'running' and lease_until < now()`,
  )
  return rows
}

/**
 * The text so far of a run whose server died becomes the answer, and is answered; null where it was ended, or its
 * server has come back. Nothing is ever asked again by itself.
 */
export async function interrupt(tx: PoolClient, runId: AiRunId): Promise<string | null> {
  const { rows } = await tx.query<{ partial: string }>(
    `select partial from ai_run where id = $1 and status = 'running' and lease_until < now() for update`,
    [runId],
  )
  const [dead] = rows
  if (dead === undefined) return null
  await finish(tx, runId, { status: 'interrupted', text: dead.partial, error: null })
  return dead.partial
}

/** Chats where something waits and nothing runs, as after a restart. */
export async function waitingChats(pool: Pool): Promise<ChatSessionId[]> {
  const { rows } = await pool.query<{ id: ChatSessionId }>(
    `select distinct q.session_id as id from ai_run q join chat_session s on s.id = q.session_id
    where q.status = 'queued' and s.deleted_at is null
      and not exists (select 1 from ai_run r where r.session_id = q.session_id and r.status = 'running')`,
  )
  return rows.map((row) => row.id)
}
