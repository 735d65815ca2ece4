import type { Actor } from '#shared/access/actor.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { CLOSE, type CloseCode } from '#shared/protocol/close-codes.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'

export interface Verdict {
  readonly code: CloseCode
  readonly reason: string
}

const REVOKED: Verdict = { code: CLOSE.accessRevoked, reason: 'access revoked' }

/** Whether an event ends every socket of an actor, whatever the document; null if not. */
export function actorVerdict(event: ControlEvent, actor: Actor): Verdict | null {
  switch (event.type) {
    case 'sessions-revoked':
      return actor.type === 'user' &&
        actor.userId === event.userId &&
        (event.sessionIds === 'all' || event.sessionIds.includes(actor.sessionId))
        ? { code: CLOSE.sessionExpired, reason: event.reason }
        : null
    case 'link-revoked':
      return actor.type === 'guest' && actor.linkId === event.linkId ? REVOKED : null
    case 'guest-removed':
      return actor.type === 'guest' && actor.guestId === event.guestId ? REVOKED : null
    case 'agent-replaced':
      return actor.type === 'agent' && actor.workspaceId === event.workspaceId && actor.generation < event.generation
        ? REVOKED
        : null
    case 'role-changed':
    case 'workspace-deleted':
      return null
  }
}

/**
 * What an event means for one channel (A3); `workspaceId` is null while its access is still being asked for.
 * `role` is the one it was let in with.
 */
export function channelVerdict(
  event: ControlEvent,
  actor: Actor,
  workspaceId: WorkspaceId | null,
  role: string | null = null,
): Verdict | null {
  const isHere = 'workspaceId' in event && (workspaceId === null || workspaceId === event.workspaceId)
  switch (event.type) {
    case 'role-changed':
      if (!isHere || actor.type !== 'user' || actor.userId !== event.userId) return null
      // Not known yet, or another role: come back and be judged again.
      return event.role === null && workspaceId !== null ? REVOKED : { code: CLOSE.restarting, reason: 'role changed' }
    case 'workspace-deleted':
      if (!isHere) return null
      return workspaceId === null ? { code: CLOSE.restarting, reason: 'access changed' } : REVOKED
    case 'link-revoked':
    case 'guest-removed':
      // A signed-in person may be here by that link too, and the event does not name them: come back and be judged.
      if (isHere && actor.type === 'user' && (role === null || role === 'link'))
        return { code: CLOSE.restarting, reason: 'access changed' }
      return actorVerdict(event, actor)
    case 'sessions-revoked':
    case 'agent-replaced':
      return actorVerdict(event, actor)
  }
}
