import { z } from 'zod'
import type { MemberRole, WorkspaceRole } from '#shared/access/permissions.ts'
import { isPlainName } from '#shared/names.ts'
import { guestId, importId, linkToken, oneTimeTokenId, shareLinkId, userId, workspaceId } from './id.ts'

export const workspaceName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^/\\]*$/)
  .refine(isPlainName)
export const memberRole = z.enum(['owner', 'admin', 'editor', 'viewer']) satisfies z.ZodType<MemberRole>
export const inviteRole = z.enum(['admin', 'editor', 'viewer'])

export const byWorkspace = z.strictObject({ workspaceId })
/** `import`: the archive goes in an upload to /api/imports/:importId; the workspace appears when it is whole. */
export const createInput = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('empty'), name: workspaceName }),
  z.strictObject({ source: z.literal('sample'), name: workspaceName }),
  z.strictObject({ source: z.literal('git'), name: workspaceName, url: z.string().max(2000) }),
  z.strictObject({ source: z.literal('archive'), name: workspaceName, fileName: z.string().max(255) }),
])
export const renameInput = z.strictObject({ workspaceId, name: workspaceName })
export const setRoleInput = z.strictObject({ workspaceId, userId, role: memberRole, ifRole: memberRole.optional() })
export const memberInput = z.strictObject({ workspaceId, userId })
export const inviteInput = z.strictObject({ workspaceId, role: inviteRole })
export const inviteIdInput = z.strictObject({ workspaceId, inviteId: oneTimeTokenId })
export const tokenInput = z.strictObject({ token: linkToken })
export const createLinkInput = z.strictObject({
  workspaceId,
  expiresInHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 90),
  label: z.string().trim().max(80).default(''),
})
export const linkIdInput = z.strictObject({ workspaceId, linkId: shareLinkId })
export const guestIdInput = z.strictObject({ workspaceId, guestId })
export const importIdInput = z.strictObject({ importId })

export interface WorkspaceSummary {
  readonly id: string
  readonly name: string
  readonly role: WorkspaceRole
  readonly createdAt: string
  readonly lastEditAt: string | null
  readonly people: readonly { readonly id: string; readonly name: string; readonly color: number }[]
  readonly memberCount: number
}

export interface WorkspaceInfo {
  readonly id: string
  readonly name: string
  readonly role: WorkspaceRole
  readonly agent: 'stopped' | 'starting' | 'running' | 'failed'
  readonly runtime: 'local'
  readonly isIsolated: boolean
}

export interface Member {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly color: number
  readonly role: MemberRole
  readonly isMe: boolean
}

/** The secret is in `url` once, at creation; afterwards only what stands here is known. */
export interface ShareLinkInfo {
  readonly id: string
  readonly label: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly guests: readonly {
    readonly id: string
    readonly name: string
    readonly isInside: boolean
    readonly isRemoved: boolean
  }[]
}

export interface InviteInfo {
  readonly id: string
  readonly role: string
  readonly expiresAt: string
}

/** What someone with an invite link sees before joining. */
export type InvitePreview =
  | { readonly kind: 'platform' }
  | { readonly kind: 'workspace'; readonly workspaceName: string; readonly role: string; readonly invitedBy: string }

export interface GuestPreview {
  readonly workspaceId: string
  readonly workspaceName: string
  readonly expiresAt: string
  /** the name the server gives this guest */
  readonly name: string
}
