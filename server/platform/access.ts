import type { Actor } from '#shared/access/actor.ts'
import { can, type Resource } from '#shared/access/can.ts'
import { isWorkspacePermission, PLATFORM_PERMISSIONS, type Permission } from '#shared/access/permissions.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'

/** Loads what `can()` needs to know of a workspace; null where there is none. Given by the workspaces feature. */
export type LoadWorkspaceResource = (
  actor: Actor,
  workspaceId: WorkspaceId,
) => Promise<Extract<Resource, { type: 'workspace' }> | null>

export type Declared = Permission | 'public'

/**
 * Throws unless the actor may. A stranger to a workspace gets exactly what a missing one gives: `not_found`;
 * a member whose role is too low gets `forbidden`.
 */
export function requirePermission(actor: Actor, permission: Permission, resource: Resource | null): void {
  if (actor.type === 'anonymous') throw new AppError('unauthenticated')
  if (actor.type === 'user' && actor.isSuspended) throw new AppError('suspended')
  if (resource !== null && can(actor, permission, resource)) return
  if (resource === null) throw new AppError('not_found')
  if (resource.type !== 'workspace') throw new AppError('forbidden')
  const isKnownThere = resource.role !== null || can(actor, 'workspace.oversee', resource)
  throw new AppError(isKnownThere && !resource.isDeleted ? 'forbidden' : 'not_found')
}

/** The resource a declared permission is about, loaded where it is a workspace. */
export async function loadResource(
  load: LoadWorkspaceResource,
  actor: Actor,
  permission: Permission,
  workspaceId: WorkspaceId | undefined,
): Promise<Resource | null> {
  if (isWorkspacePermission(permission)) {
    if (workspaceId === undefined) throw new Error(`${permission} needs a workspaceId`)
    return load(actor, workspaceId)
  }
  return { type: permission in PLATFORM_PERMISSIONS ? 'platform' : 'self' }
}
