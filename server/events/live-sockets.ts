import type { IncomingMessage } from 'node:http'
import type { Socket } from 'socket.io'
import type { Actor } from '#shared/access/actor.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents, ServerEvents } from '#shared/protocol/events.ts'
import type { Person } from './presence.ts'

export type EventSocket = Socket<ClientEvents, ServerEvents>

/** One connected browser tab. */
export interface LiveSocket {
  readonly socket: EventSocket
  readonly req: IncomingMessage
  readonly actor: Actor
  /** the workspaces it is inside, and the role it was last judged to have there */
  readonly inside: Map<WorkspaceId, WorkspaceRole>
}

export const workspaceRoom = (id: WorkspaceId): string => `workspace:${id}`
export const userRoom = (id: UserId): string => `user:${id}`

/** How others see whoever is behind a socket; null for what is no person. */
export function personOf(actor: Actor, role: WorkspaceRole): Person | null {
  switch (actor.type) {
    case 'user':
      return { id: actor.userId, name: actor.name, color: actor.color, kind: 'person', role }
    case 'guest':
      return { id: actor.guestId, name: actor.name, color: actor.color, kind: 'guest', role }
    case 'agent':
    case 'anonymous':
      return null
  }
}

/** Whether `b`, resolved later, is still `a`: the same person and, for a user, the same session and not suspended. */
export function isSameActor(a: Actor, b: Actor): boolean {
  if (b.type === 'user' && b.isSuspended) return false
  if (a.type === 'user') return b.type === 'user' && a.sessionId === b.sessionId && a.userId === b.userId
  if (a.type === 'guest') return b.type === 'guest' && a.guestId === b.guestId
  return false
}
