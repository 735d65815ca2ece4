import type { Pool, PoolClient } from 'pg'
import type { UserActor } from '#shared/access/actor.ts'
import { can } from '#shared/access/can.ts'
import type { MemberRole, WorkspacePermission } from '#shared/access/permissions.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'

type Db = Pick<Pool | PoolClient, 'query'>

/** A person with an account, and under which request they ask. */
interface Asking {
  readonly actor: UserActor
  readonly requestId: string
}

/**
 * Asks again, in the transaction that writes: between the request's own question and this one, people wait for each
 * other, or for AI.
 */
export async function requireStill(
  tx: Db,
  { actor }: Asking,
  permission: WorkspacePermission,
  workspaceId: WorkspaceId,
): Promise<void> {
  const { rows } = await tx.query<{ role: MemberRole; isDeleted: boolean; isSuspended: boolean }>(
    `select m.role, w.deleted_at is not null as "isDeleted", u.suspended_at is not null as "isSuspended"
      from membership m join workspace w on w.id = m.workspace_id join user_account u on u.id = m.user_id
      where m.workspace_id = $1 and m.user_id = $2`,
    [workspaceId, actor.userId],
  )
  const [found] = rows
  if (found === undefined) throw new AppError('not_found')
  const { role, isDeleted, isSuspended } = found
  const workspace = { type: 'workspace' as const, id: workspaceId, role, isDeleted }
  if (!can({ ...actor, isSuspended }, permission, workspace)) throw new AppError('forbidden')
}

/** An audit row in the transaction of what it tells: counts and ids, never a text. */
export async function record(
  tx: Db,
  { actor, requestId }: Asking,
  entry: {
    readonly action: string
    readonly workspaceId: WorkspaceId
    readonly targetId: string
    readonly details: Readonly<Record<string, number | string>>
  },
): Promise<void> {
  await tx.query(
    `insert into audit_event (actor_type, actor_id, action, workspace_id, target_id, details, request_id)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    [actor.type, actor.userId, entry.action, entry.workspaceId, entry.targetId, entry.details, requestId],
  )
}
