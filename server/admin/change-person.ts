import type { Prisma, User } from '#prisma/generated/client.ts'
import type { UserActor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import { changesOf } from '#server/platform/audit-columns.ts'
import type { AdminContext } from './context.ts'

type Tx = Prisma.TransactionClient

interface Asking {
  readonly me: UserActor
  readonly requestId: string
}

/** Makes someone an admin or an ordinary user. The last admin who can sign in stays one. */
export async function setPlatformRole(
  admin: AdminContext,
  asking: Asking,
  { userId, role }: { userId: UserId; role: 'admin' | 'user' },
): Promise<void> {
  await admin.prisma.$transaction(async (tx) => {
    const before = await lockAndFind(admin, tx, asking, userId)
    if (before.platformRole === role) return
    if (role === 'user') await requireAnotherAdmin(tx, userId)
    const after = await tx.user.update({ where: { id: userId }, data: { platformRole: role } })
    await record(tx, asking, 'person.role-changed', before, after)
  })
}

/** Suspends a person, ending every session of theirs at once, or lets them in again. Nobody suspends themselves. */
export async function setSuspended(
  admin: AdminContext,
  asking: Asking,
  { userId, isSuspended }: { userId: UserId; isSuspended: boolean },
): Promise<void> {
  if (userId === asking.me.userId) throw new AppError('forbidden')
  await admin.prisma.$transaction(async (tx) => {
    const before = await lockAndFind(admin, tx, asking, userId)
    if ((before.suspendedAt !== null) === isSuspended) return
    if (isSuspended) await requireAnotherAdmin(tx, userId)
    const suspendedAt = isSuspended ? new Date(admin.now()) : null
    const after = await tx.user.update({ where: { id: userId }, data: { suspendedAt } })
    if (isSuspended) await admin.accounts.endSessions(tx, userId)
    await record(tx, asking, isSuspended ? 'person.suspended' : 'person.unsuspended', before, after)
  })
  // Also where the row already said so: whoever asks wants the sockets closed.
  if (isSuspended) admin.control.publish({ type: 'sessions-revoked', userId, sessionIds: 'all', reason: 'suspended' })
}

/** Signs a person out everywhere. */
export async function revokeSessions(admin: AdminContext, asking: Asking, userId: UserId): Promise<{ ended: number }> {
  const ended = await admin.prisma.$transaction(async (tx) => {
    await find(tx, userId)
    const ids = await admin.accounts.endSessions(tx, userId)
    const details = { count: ids.length }
    await audit(tx, {
      actor: asking.me,
      action: 'person.sessions-revoked',
      targetId: userId,
      details,
      requestId: asking.requestId,
    })
    return ids.length
  })
  admin.control.publish({ type: 'sessions-revoked', userId, sessionIds: 'all', reason: 'signed-out' })
  return { ended }
}

/** A one-time link by which its owner chooses a new password: an admin never chooses one, nor learns it. */
export async function createResetLink(
  admin: AdminContext,
  { me, requestId }: Asking,
  userId: UserId,
): Promise<{ url: string; expiresAt: string }> {
  return admin.prisma.$transaction(async (tx) => {
    await find(tx, userId)
    const { id, url, expiresAt } = await admin.accounts.issueLink(tx, { kind: 'password_reset', userId }, me.userId)
    await audit(tx, {
      actor: me,
      action: 'person.reset-link-created',
      targetId: userId,
      details: { linkId: id },
      requestId,
    })
    return { url, expiresAt: expiresAt.toISOString() }
  })
}

/** Under the lock, the asker is judged once more: who was demoted a moment ago decides nothing any more. */
async function lockAndFind(admin: AdminContext, tx: Tx, { me }: Asking, userId: UserId): Promise<User> {
  await admin.accounts.lockAdmins(tx)
  const asker = await find(tx, me.userId)
  if (asker.platformRole !== 'admin' || asker.suspendedAt) throw new AppError('forbidden')
  return find(tx, userId)
}

async function find(tx: Tx, userId: UserId): Promise<User> {
  const user = await tx.user.findUnique({ where: { id: userId } })
  if (!user) throw new AppError('not_found')
  return user
}

async function requireAnotherAdmin(tx: Tx, userId: UserId): Promise<void> {
  const others = await tx.user.count({ where: { platformRole: 'admin', suspendedAt: null, id: { not: userId } } })
  if (others === 0) throw new AppError('last_admin')
}

const record = (tx: Tx, { me, requestId }: Asking, action: string, before: User, after: User): Promise<void> =>
  audit(tx, { actor: me, action, targetId: after.id, details: changesOf('User', before, after), requestId })
