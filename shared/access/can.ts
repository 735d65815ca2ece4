import type { WorkspaceId } from '#shared/ids.ts'
import type { Actor } from './actor.ts'
import {
  type Grantee,
  isWorkspacePermission,
  type Permission,
  WORKSPACE_PERMISSIONS,
  WORKSPACE_ROLES,
  type WorkspaceRole,
} from './permissions.ts'

/** What is asked about. `role` is the actor's own role there, null where the actor has none. */
export type Resource =
  | { readonly type: 'self' }
  | { readonly type: 'platform' }
  | {
      readonly type: 'workspace'
      readonly id: WorkspaceId
      readonly role: WorkspaceRole | null
      readonly isDeleted: boolean
      /** the owner lets viewers see terminals; without it they do not */
      readonly viewersWatchTerminals?: boolean
    }

/** A deleted workspace can only be overseen, or brought back by its owner. */
const ALLOWED_WHEN_DELETED: ReadonlySet<Permission> = new Set(['workspace.own', 'workspace.oversee'])

const grantee = (actor: Actor, resource: Extract<Resource, { type: 'workspace' }>): Grantee[] => {
  switch (actor.type) {
    case 'anonymous':
      return []
    case 'agent':
      return actor.workspaceId === resource.id ? ['agent'] : []
    case 'guest':
      return actor.workspaceId === resource.id && resource.role === 'link' ? ['link'] : []
    case 'user':
      return [
        // `agent` and `platform` are columns of the table too, but no roles that a row could hold.
        ...(resource.role !== null && WORKSPACE_ROLES.includes(resource.role) ? [resource.role] : []),
        ...(actor.isPlatformAdmin ? (['platform'] as const) : []),
      ]
  }
}

/** The one access question. Pure; denies whatever it does not know. */
export function can(actor: Actor, permission: Permission, resource: Resource): boolean {
  if (actor.type === 'user' && actor.isSuspended) return false
  if (isWorkspacePermission(permission)) {
    if (resource.type !== 'workspace') return false
    if (resource.isDeleted && !ALLOWED_WHEN_DELETED.has(permission)) return false
    const isHidden = permission === 'workspace.watchTerminals' && resource.viewersWatchTerminals !== true
    if (isHidden && resource.role === 'viewer') return false
    const allowed: readonly Grantee[] = WORKSPACE_PERMISSIONS[permission]
    return grantee(actor, resource).some((g) => allowed.includes(g))
  }
  switch (permission) {
    case 'account.use':
      return resource.type === 'self' && actor.type === 'user'
    case 'platform.admin':
      return resource.type === 'platform' && actor.type === 'user' && actor.isPlatformAdmin
    default:
      permission satisfies never
      return false
  }
}

const RANK: Record<WorkspaceRole, number> = { owner: 4, admin: 3, editor: 2, viewer: 1, link: 0 }

/** Nobody grants above themselves, nor changes someone at or above their own rank; owners may do both. */
export const canChangeRole = (own: WorkspaceRole, from: WorkspaceRole, to: WorkspaceRole | null): boolean =>
  [from, to ?? 'viewer'].every((role) => Object.hasOwn(RANK, role)) &&
  (own === 'owner' || (own === 'admin' && RANK[from] < RANK.admin && (to === null || RANK[to] < RANK.admin)))
