import type { z } from 'zod'
import type { loginInput, Me } from '#shared/api/auth.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import type { Asking, AuthContext } from './context.ts'
import { finishSignIn, signIn } from './sign-in.ts'

/** Signs in by password. An unknown account and a wrong password get the same answer after the same work. */
export async function login(auth: AuthContext, asking: Asking, input: z.output<typeof loginInput>): Promise<Me> {
  const account = input.email.trim().toLowerCase()
  auth.throttle.take(account, asking.address)
  // NUL is no part of an address, and PostgreSQL refuses it.
  const user = account.includes('\0') ? null : await auth.prisma.user.findUnique({ where: { email: account } })
  const isRight = await auth.hasher.verify(user?.passwordHash ?? null, input.password)
  if (!user || !isRight) {
    auth.throttle.failed(account, asking.address)
    throw new AppError('invalid_credentials')
  }
  auth.throttle.succeeded(account, asking.address)
  // Told only to who knows the password.
  if (user.suspendedAt) throw new AppError('suspended')
  const signedIn = await auth.prisma.$transaction(async (tx) => {
    // Takes the account's lock: a reset that was quicker has changed the hash, and this password is no longer right.
    const { count } = await tx.user.updateMany({
      where: { id: user.id, passwordHash: user.passwordHash, suspendedAt: null },
      data: { lastSeenAt: new Date(auth.now()) },
    })
    if (count === 0) throw new AppError('invalid_credentials')
    return signIn(auth, tx, asking, user, 'password')
  })
  return finishSignIn(auth, asking, signedIn)
}

/** Ends this browser's session. Works without one too, so that a stale cookie can be got rid of. */
export async function logout(auth: AuthContext, asking: Asking): Promise<void> {
  const { actor, requestId } = asking
  asking.setCookie(auth.sessions.clearingCookie)
  if (actor.type !== 'user') return
  const { userId, sessionId } = actor
  await auth.prisma.$transaction(async (tx) => {
    await auth.sessions.end(tx, userId, { only: sessionId })
    await audit(tx, { actor, action: 'session.ended', targetId: userId, requestId })
  })
  auth.control.publish({ type: 'sessions-revoked', userId, sessionIds: [sessionId], reason: 'signed-out' })
}
