import type { GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'

/** What every live socket must hear at once (N1): access was changed or taken away. */
export type ControlEvent =
  | {
      readonly type: 'sessions-revoked'
      readonly userId: UserId
      readonly sessionIds: readonly SessionId[] | 'all'
      readonly reason: 'signed-out' | 'suspended'
    }
  | {
      readonly type: 'role-changed'
      readonly workspaceId: WorkspaceId
      readonly userId: UserId
      readonly role: string | null
    }
  | { readonly type: 'link-revoked'; readonly workspaceId: WorkspaceId; readonly linkId: ShareLinkId }
  | { readonly type: 'guest-removed'; readonly workspaceId: WorkspaceId; readonly guestId: GuestId }
  | { readonly type: 'workspace-deleted'; readonly workspaceId: WorkspaceId }
  | { readonly type: 'agent-replaced'; readonly workspaceId: WorkspaceId; readonly generation: number }
