import type { z } from 'zod'
import type { UserActor } from '#shared/access/actor.ts'
import type { changePasswordInput, resetPasswordInput } from '#shared/api/auth.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { Asking, AuthContext } from './context.ts'
import { isWeakPassword } from './password-strength.ts'

/** Sets a new password, or the first one of an account made through a provider. Ends every other session. */
export async function changePassword(
  auth: AuthContext,
  actor: UserActor,
  asking: Asking,
  input: z.output<typeof changePasswordInput>,
): Promise<void> {
  const { userId, sessionId } = actor
  const user = await auth.prisma.user.findUniqueOrThrow({ where: { id: userId } })
  if (user.passwordHash !== null) await requireCurrentPassword(auth, asking, user, input.current ?? '')
  if (isWeakPassword(input.next, user)) throw new AppError('weak_password')
  const passwordHash = await auth.hasher.hash(input.next)
  const ended = await auth.prisma.$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, passwordHash: user.passwordHash },
      data: { passwordHash },
    })
    if (count === 0) throw new AppError('conflict')
    await audit(tx, { actor, action: 'account.password-changed', targetId: userId, requestId: asking.requestId })
    return auth.sessions.end(tx, userId, { except: sessionId })
  })
  if (ended.length > 0)
    auth.control.publish({ type: 'sessions-revoked', userId, sessionIds: ended, reason: 'signed-out' })
}

async function requireCurrentPassword(
  auth: AuthContext,
  { address }: Asking,
  user: { email: string; passwordHash: string | null },
  current: string,
): Promise<void> {
  // The same brake as at login: a browser left open is no place to guess.
  auth.throttle.take(user.email, address)
  if (await auth.hasher.verify(user.passwordHash, current)) return auth.throttle.succeeded(user.email, address)
  auth.throttle.failed(user.email, address)
  throw new AppError('invalid_credentials')
}

/** Sets the password by a one-time link. Of two at once exactly one succeeds; every session of the account ends. */
export async function resetPassword(
  auth: AuthContext,
  asking: Asking,
  input: z.output<typeof resetPasswordInput>,
): Promise<void> {
  auth.throttle.takeByAddress(asking.address)
  const { userId } = await auth.links.peek(input.token, ['password_reset'])
  const user = userId === null ? null : await auth.prisma.user.findUnique({ where: { id: userId } })
  if (!user) throw new AppError('link_invalid')
  // Judged before the link is used up, so that a refused password leaves it working.
  if (isWeakPassword(input.password, user)) throw new AppError('weak_password')
  const passwordHash = await auth.hasher.hash(input.password)
  const ownerId = user.id as UserId
  await auth.prisma.$transaction(async (tx) => {
    await auth.links.consume(tx, input.token, ['password_reset'])
    await tx.user.update({ where: { id: ownerId }, data: { passwordHash } })
    // Another reset link that was lying about could undo this one.
    await tx.oneTimeToken.deleteMany({ where: { userId: ownerId, kind: 'password_reset', usedAt: null } })
    await auth.sessions.end(tx, ownerId, {})
    await audit(tx, {
      actor: asking.actor,
      action: 'account.password-reset',
      targetId: ownerId,
      requestId: asking.requestId,
    })
  })
  auth.throttle.succeeded(user.email, asking.address)
  auth.control.publish({ type: 'sessions-revoked', userId: ownerId, sessionIds: 'all', reason: 'signed-out' })
}
