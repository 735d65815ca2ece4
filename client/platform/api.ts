import { createTRPCClient, httpBatchStreamLink, httpLink, splitLink, type TRPCLink } from '@trpc/client'
import type { AnyRouter } from '@trpc/server'
import { tap } from '@trpc/server/observable'
import type { z } from 'zod'
import type * as admin from '#shared/api/admin.ts'
import type * as auth from '#shared/api/auth.ts'
import type * as workspaces from '#shared/api/workspaces.ts'
import { hasCode } from './api-error.ts'

interface Query<Input, Output> {
  query(input: Input, options?: { signal?: AbortSignal }): Promise<Output>
}
interface Mutation<Input, Output = unknown> {
  mutate(input: Input): Promise<Output>
}
type In<Schema extends z.ZodType> = z.input<Schema>
type ByWorkspace = In<typeof workspaces.byWorkspace>

interface Page<Row> {
  readonly rows: readonly Row[]
  readonly nextCursor?: string | null
  readonly total: number
}

/** The procedures the pages call; inputs are the server's own schemas. */
export interface Api {
  readonly auth: {
    readonly state: Query<void, auth.AuthState>
    readonly setup: Mutation<In<typeof auth.setupInput>>
    readonly signUp: Mutation<In<typeof auth.signUpInput>>
    readonly login: Mutation<In<typeof auth.loginInput>>
    readonly logout: Mutation<void>
    readonly sessions: Query<void, readonly auth.SessionInfo[]>
    readonly revokeSession: Mutation<{ sessionId: string }>
    readonly revokeOtherSessions: Mutation<void>
    readonly changePassword: Mutation<In<typeof auth.changePasswordInput>>
    readonly invitePreview: Query<In<typeof workspaces.tokenInput>, workspaces.InvitePreview>
    readonly resetPassword: Mutation<In<typeof auth.resetPasswordInput>>
    readonly updateProfile: Mutation<In<typeof auth.updateProfileInput>, auth.Me>
  }
  readonly workspaces: {
    readonly list: Query<void, readonly workspaces.WorkspaceSummary[]>
    readonly get: Query<ByWorkspace, workspaces.WorkspaceInfo>
    readonly create: Mutation<In<typeof workspaces.createInput>, { workspaceId: string } | { importId: string }>
    readonly importStatus: Query<In<typeof workspaces.importIdInput>, ImportStatus>
    readonly cancelImport: Mutation<In<typeof workspaces.importIdInput>>
    readonly rename: Mutation<In<typeof workspaces.renameInput>>
    readonly delete: Mutation<ByWorkspace, { undoUntil: string }>
    readonly undelete: Mutation<ByWorkspace>
    readonly members: Query<ByWorkspace, readonly workspaces.Member[]>
    readonly setRole: Mutation<In<typeof workspaces.setRoleInput>>
    readonly removeMember: Mutation<In<typeof workspaces.memberInput>>
    readonly leave: Mutation<ByWorkspace>
    readonly transfer: Mutation<In<typeof workspaces.memberInput>>
    readonly invites: Query<ByWorkspace, readonly workspaces.InviteInfo[]>
    readonly createInvite: Mutation<In<typeof workspaces.inviteInput>, { url: string; expiresAt: string }>
    readonly revokeInvite: Mutation<In<typeof workspaces.inviteIdInput>>
    readonly acceptInvite: Mutation<In<typeof workspaces.tokenInput>, { workspaceId: string }>
    readonly links: Query<ByWorkspace, readonly workspaces.ShareLinkInfo[]>
    readonly createLink: Mutation<In<typeof workspaces.createLinkInput>, { url: string; linkId: string }>
    readonly revokeLink: Mutation<In<typeof workspaces.linkIdInput>>
    readonly guestPreview: Query<In<typeof workspaces.tokenInput>, workspaces.GuestPreview>
    readonly joinAsGuest: Mutation<In<typeof workspaces.tokenInput>, { workspaceId: string }>
    readonly removeGuest: Mutation<In<typeof workspaces.guestIdInput>>
  }
  readonly admin: {
    readonly people: Query<In<typeof admin.peopleInput>, Page<admin.PersonRow>>
    readonly setPlatformRole: Mutation<In<typeof admin.setPlatformRoleInput>>
    readonly setSuspended: Mutation<In<typeof admin.setSuspendedInput>>
    readonly sessions: Query<In<typeof admin.personInput>, readonly auth.SessionInfo[]>
    readonly revokeSessions: Mutation<In<typeof admin.personInput>>
    readonly createResetLink: Mutation<In<typeof admin.personInput>, { url: string }>
    readonly createInvite: Mutation<void, { url: string }>
    readonly workspaces: Query<In<typeof admin.adminWorkspacesInput>, Page<admin.AdminWorkspaceRow>>
    readonly settings: Query<void, admin.PlatformSettings>
    readonly updateSettings: Mutation<In<typeof admin.settingsInput>>
  }
}

type ImportStatus = import('#shared/protocol/events.ts').ImportStatus

const refusalListeners = new Set<() => void>()

/** Tells when the server no longer takes this browser for who it was: whatever call found out, and from wherever. */
export function onSessionRefused(listener: () => void): void {
  refusalListeners.add(listener)
}

const watchRefusals: TRPCLink<AnyRouter> =
  () =>
  ({ op, next }) =>
    next(op).pipe(
      tap({
        error: (error) => {
          if (hasCode(error, 'unauthenticated', 'suspended')) for (const listener of refusalListeners) listener()
        },
      }),
    )

const url = '/trpc'
const proxy = createTRPCClient<AnyRouter>({
  links: [
    watchRefusals,
    splitLink({
      condition: (operation) => operation.type === 'mutation',
      // Not streamed: the head of a streamed answer leaves before the procedure could set a cookie.
      true: httpLink({ url }),
      false: httpBatchStreamLink({ url, maxItems: 20, maxURLLength: 4000 }),
    }),
  ],
})

/** A feature's view of the server: `apiAs<{ files: FilesApi }>()`. */
export const apiAs = <Procedures>(): Procedures => proxy as unknown as Procedures

export const api = apiAs<Api>()
