import type { Prisma, User } from '#prisma/generated/client.ts'
import type { Me } from '#shared/api/auth.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { Asking, AuthContext } from './context.ts'
import { toMe } from './me.ts'

export type SignInMethod = 'password' | 'setup' | 'sign-up' | `oauth:${string}`

export interface SignedIn {
  readonly me: Me
  readonly cookie: string
  /** The session of someone else that this browser had, now ended. */
  readonly ended: { readonly userId: UserId; readonly sessionId: SessionId } | null
}

/** Starts a session in the caller's transaction. Nothing reaches the browser before `finishSignIn`. */
export async function signIn(
  auth: AuthContext,
  tx: Prisma.TransactionClient,
  asking: Asking,
  user: User,
  method: SignInMethod,
): Promise<SignedIn> {
  const { actor, cookie } = await auth.sessions.start(tx, user, {
    address: asking.address,
    userAgent: asking.userAgent,
  })
  await audit(tx, {
    actor,
    action: 'session.started',
    targetId: user.id,
    details: { method },
    requestId: asking.requestId,
  })
  const before = asking.actor.type === 'user' && asking.actor.userId !== user.id ? asking.actor : null
  if (before) await auth.sessions.end(tx, before.userId, { only: before.sessionId })
  return { me: toMe(user), cookie, ended: before && { userId: before.userId, sessionId: before.sessionId } }
}

/** Hands the cookie out, after the commit. */
export function finishSignIn(auth: AuthContext, asking: Asking, { me, cookie, ended }: SignedIn): Me {
  asking.setCookie(cookie)
  if (ended) {
    auth.control.publish({
      type: 'sessions-revoked',
      userId: ended.userId,
      sessionIds: [ended.sessionId],
      reason: 'signed-out',
    })
  }
  return me
}
