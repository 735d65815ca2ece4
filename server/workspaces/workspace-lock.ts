import type { Prisma, PrismaClient } from '#prisma/generated/client.ts'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'

export type Tx = Prisma.TransactionClient

/** Who asks, and under which request: a part of every procedure's context. */
export interface Requester {
  readonly actor: Actor
  readonly requestId: string
}

/** Runs `work` in one transaction, with patience for the locks below. */
export const inTransaction = <T>(prisma: PrismaClient, work: (tx: Tx) => Promise<T>): Promise<T> =>
  prisma.$transaction(work, { maxWait: 10_000, timeout: 20_000 })

/**
 * Makes changes of one workspace's people wait for each other, so that "at least one owner" is judged on what is
 * true and not on what two people saw at once. Rows that refer to the workspace are not held up.
 */
export async function lockWorkspace(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  const [row] = await tx.$queryRaw<{ isDeleted: boolean }[]>`
    select deleted_at is not null as "isDeleted" from workspace where id = ${workspaceId} for no key update`
  if (!row || row.isDeleted) throw new AppError('not_found')
}

/** A member's role as it stands under the lock, or null. */
export async function memberRoleOf(tx: Tx, workspaceId: WorkspaceId, userId: UserId): Promise<MemberRole | null> {
  const row = await tx.membership.findUnique({ where: { workspaceId_userId: { workspaceId, userId } } })
  return row?.role ?? null
}

/** The signed-in person behind a request. */
export function userOf(actor: Actor): UserActor {
  if (actor.type !== 'user') throw new AppError('forbidden')
  return actor
}
