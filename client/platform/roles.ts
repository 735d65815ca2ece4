import {
  type Grantee,
  WORKSPACE_PERMISSIONS,
  WORKSPACE_ROLES,
  type WorkspacePermission,
  type WorkspaceRole,
} from '#shared/access/permissions.ts'
import { common } from './common.ts'

const isRole = (role: string): role is WorkspaceRole => (WORKSPACE_ROLES as readonly string[]).includes(role)

/** The name of a workspace role in the person's language. */
export const roleName = (role: string): string => (isRole(role) ? common.t(`role.${role}`) : role)

/** Whether a role carries a permission, for hiding what would be refused. The server decides. */
export const roleAllows = (role: string, permission: WorkspacePermission): boolean =>
  isRole(role) && (WORKSPACE_PERMISSIONS[permission] as readonly Grantee[]).includes(role)
