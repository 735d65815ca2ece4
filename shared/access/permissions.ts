/** The role × permission table: the one place that says who may do what. */
export const WORKSPACE_ROLES = ['owner', 'admin', 'editor', 'viewer', 'link'] as const
/** `link`: a guest by share link. Members have one of the other four. */
export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number]
export type MemberRole = Exclude<WorkspaceRole, 'link'>

/** Columns: workspace roles, then `agent` (the workspace's own agent) and `platform` (a platform admin who is no member). */
export type Grantee = WorkspaceRole | 'agent' | 'platform'

export const WORKSPACE_PERMISSIONS = {
  /** documents, files, tree, presence */
  'workspace.read': ['owner', 'admin', 'editor', 'viewer', 'link', 'agent'],
  /** members with their e-mail, history, export */
  'workspace.details': ['owner', 'admin', 'editor', 'viewer'],
  /** write documents and files; decide on suggestions */
  'workspace.write': ['owner', 'admin', 'editor', 'agent'],
  /** rename; create and revoke links and invites; see guests */
  'workspace.share': ['owner', 'admin'],
  /** roles and removal of members below oneself */
  'workspace.members': ['owner', 'admin'],
  /** transfer, delete, undo the deletion */
  'workspace.own': ['owner'],
  /** revoke a link from outside; see that the workspace exists, without content */
  'workspace.oversee': ['owner', 'admin', 'platform'],
  /** leave: everyone who is a member */
  'workspace.leave': ['owner', 'admin', 'editor', 'viewer'],
  /** read chats and send to people, propose edits to them; viewers too */
  'workspace.discuss': ['owner', 'admin', 'editor', 'viewer'],
  /** ask AI: it costs money */
  'workspace.ai': ['owner', 'admin', 'editor'],
  /** see terminals; of viewers only where the owner allows it (Workspace.viewersWatchTerminals) */
  'workspace.watchTerminals': ['owner', 'admin', 'editor', 'viewer'],
  /** open, type in and close terminals, run programs: a shell */
  'workspace.shell': ['owner', 'admin', 'editor'],
  /** the calls that only the workspace's agent makes */
  'workspace.agent': ['agent'],
} as const satisfies Record<string, readonly Grantee[]>

export const SELF_PERMISSIONS = {
  /** one's own account, sessions and workspaces list; create a workspace */
  'account.use': ['user'],
} as const

export const PLATFORM_PERMISSIONS = {
  /** users, sessions, settings */
  'platform.admin': ['admin'],
} as const

export type WorkspacePermission = keyof typeof WORKSPACE_PERMISSIONS
export type SelfPermission = keyof typeof SELF_PERMISSIONS
export type PlatformPermission = keyof typeof PLATFORM_PERMISSIONS
export type Permission = WorkspacePermission | SelfPermission | PlatformPermission

export const PERMISSIONS = [
  ...Object.keys(WORKSPACE_PERMISSIONS),
  ...Object.keys(SELF_PERMISSIONS),
  ...Object.keys(PLATFORM_PERMISSIONS),
] as Permission[]

export const isWorkspacePermission = (p: Permission): p is WorkspacePermission =>
  Object.hasOwn(WORKSPACE_PERMISSIONS, p)
