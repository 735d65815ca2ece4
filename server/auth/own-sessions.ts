import type { UserActor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { SessionId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { AuthContext } from './context.ts'

/** Ends one of one's own sessions; someone else's id answers as a missing one. */
export async function revokeOwnSession(
  auth: AuthContext,
  actor: UserActor,
  sessionId: SessionId,
  requestId: string,
): Promise<void> {
  const ended = await endOwn(auth, actor, { only: sessionId }, requestId)
  if (ended.length === 0) throw new AppError('not_found')
}

/** Ends every session of one's own but this one. */
export async function revokeOtherSessions(auth: AuthContext, actor: UserActor, requestId: string): Promise<number> {
  return (await endOwn(auth, actor, { except: actor.sessionId }, requestId)).length
}

async function endOwn(
  auth: AuthContext,
  actor: UserActor,
  which: { only: SessionId } | { except: SessionId },
  requestId: string,
): Promise<SessionId[]> {
  const { userId } = actor
  const ended = await auth.prisma.$transaction(async (tx) => {
    const ids = await auth.sessions.end(tx, userId, which)
    if (ids.length > 0) {
      await audit(tx, { actor, action: 'session.revoked', targetId: userId, details: { count: ids.length }, requestId })
    }
    return ids
  })
  if (ended.length > 0)
    auth.control.publish({ type: 'sessions-revoked', userId, sessionIds: ended, reason: 'signed-out' })
  return ended
}
