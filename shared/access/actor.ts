import type { GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'

/** Whoever asks. Resolved once, at the border, from a cookie or a token. */
export type Actor =
  | { readonly type: 'anonymous' }
  | {
      readonly type: 'user'
      readonly userId: UserId
      readonly sessionId: SessionId
      readonly name: string
      readonly color: number
      readonly isPlatformAdmin: boolean
      readonly isSuspended: boolean
    }
  | {
      readonly type: 'guest'
      readonly guestId: GuestId
      readonly linkId: ShareLinkId
      readonly workspaceId: WorkspaceId
      readonly name: string
      readonly color: number
      readonly expiresAt: number
    }
  | { readonly type: 'agent'; readonly workspaceId: WorkspaceId; readonly generation: number }

export type UserActor = Extract<Actor, { type: 'user' }>

export const ANONYMOUS: Actor = { type: 'anonymous' }

/** The person behind an actor, as stored in author columns; null where nobody is. */
export const authorId = (actor: Actor): string | null => {
  switch (actor.type) {
    case 'user':
      return actor.userId
    case 'guest':
      return actor.guestId
    case 'agent':
      return `agent:${actor.workspaceId}`
    case 'anonymous':
      return null
  }
}
