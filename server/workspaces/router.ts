import {
  byWorkspace,
  createInput,
  createLinkInput,
  guestIdInput,
  importIdInput,
  inviteIdInput,
  inviteInput,
  linkIdInput,
  memberInput,
  renameInput,
  setRoleInput,
  tokenInput,
} from '#shared/api/workspaces.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'
import { newId } from '#server/platform/tokens.ts'
import { publicProcedure, router, selfProcedure, workspaceProcedure } from '#server/platform/trpc.ts'
import type { AskToEdit } from './ask-to-edit.ts'
import type { Guests } from './guests.ts'
import type { Imports } from './imports.ts'
import type { Invites } from './invites.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'
import type { Overview } from './overview.ts'
import { copySample, type Publisher } from './publish.ts'

export interface WorkspaceUseCases {
  readonly overview: Overview
  readonly publisher: Publisher
  readonly imports: Imports
  readonly lifecycle: Lifecycle
  readonly members: Members
  readonly invites: Invites
  readonly links: Links
  readonly guests: Guests
  readonly askToEdit: AskToEdit
  /** resolves when what a crash left behind is settled */
  readonly ready: Promise<void>
  readonly now: () => number
}

/** The procedures, each a permission, a schema and one use case. */
export function createWorkspacesRouter(cases: WorkspaceUseCases) {
  const { overview, publisher, imports, lifecycle, members, invites, links, guests, askToEdit, ready, now } = cases
  const guestVisits = createRateLimit({ perMinute: 60, burst: 120, now })

  return router({
    list: selfProcedure('account.use').query(({ ctx }) => overview.list(ctx)),

    get: workspaceProcedure('workspace.read')
      .input(byWorkspace)
      .query(({ ctx }) => overview.get(ctx, ctx.workspace)),

    create: selfProcedure('account.use')
      .input(createInput)
      .mutation(async ({ ctx, input }) => {
        await ready
        const { name, source } = input
        switch (source) {
          case 'git':
            return imports.startGit(ctx, input)
          case 'archive':
            return imports.startArchive(ctx, input)
          case 'empty':
          case 'sample': {
            const fill = source === 'sample' ? copySample : async () => {}
            const { workspaceId } = await publisher.make(ctx, { name, source, stagingId: newId<string>() }, fill)
            return { workspaceId }
          }
        }
      }),

    importStatus: selfProcedure('account.use')
      .input(importIdInput)
      .query(({ ctx, input }) => imports.status(ctx.actor, input.importId)),

    cancelImport: selfProcedure('account.use')
      .input(importIdInput)
      .mutation(({ ctx, input }) => imports.cancel(ctx.actor, input.importId)),

    rename: workspaceProcedure('workspace.share')
      .input(renameInput)
      .mutation(({ ctx, input }) => lifecycle.rename(ctx, input)),

    delete: workspaceProcedure('workspace.own')
      .input(byWorkspace)
      .mutation(({ ctx }) => lifecycle.remove(ctx, ctx.workspace.id)),

    undelete: workspaceProcedure('workspace.own')
      .input(byWorkspace)
      .mutation(({ ctx }) => lifecycle.undelete(ctx, ctx.workspace.id)),

    members: workspaceProcedure('workspace.details')
      .input(byWorkspace)
      .query(({ ctx }) => members.list(ctx, ctx.workspace.id)),

    setRole: workspaceProcedure('workspace.members')
      .input(setRoleInput)
      .mutation(({ ctx, input }) => members.setRole(ctx, input)),

    askToEdit: workspaceProcedure('workspace.details')
      .input(byWorkspace)
      .mutation(({ ctx }) => askToEdit(ctx.actor, ctx.workspace)),

    removeMember: workspaceProcedure('workspace.members')
      .input(memberInput)
      .mutation(({ ctx, input }) => members.remove(ctx, input)),

    leave: workspaceProcedure('workspace.leave')
      .input(byWorkspace)
      .mutation(({ ctx }) => members.leave(ctx, ctx.workspace.id)),

    transfer: workspaceProcedure('workspace.own')
      .input(memberInput)
      .mutation(({ ctx, input }) => members.transfer(ctx, input)),

    invites: workspaceProcedure('workspace.share')
      .input(byWorkspace)
      .query(({ ctx }) => invites.list(ctx.workspace.id)),

    createInvite: workspaceProcedure('workspace.share')
      .input(inviteInput)
      .mutation(({ ctx, input }) => invites.create(ctx, input)),

    revokeInvite: workspaceProcedure('workspace.share')
      .input(inviteIdInput)
      .mutation(({ ctx, input }) => invites.revoke(ctx, input)),

    acceptInvite: selfProcedure('account.use')
      .input(tokenInput)
      .mutation(({ ctx, input }) => invites.accept(ctx, input.token)),

    links: workspaceProcedure('workspace.share')
      .input(byWorkspace)
      .query(({ ctx }) => links.list(ctx.workspace.id)),

    createLink: workspaceProcedure('workspace.share')
      .input(createLinkInput)
      .mutation(({ ctx, input }) => links.create(ctx, input)),

    revokeLink: workspaceProcedure('workspace.oversee')
      .input(linkIdInput)
      .mutation(({ ctx, input }) => links.revoke(ctx, input)),

    guestPreview: publicProcedure.input(tokenInput).query(({ ctx, input }) => {
      guestVisits.take(ctx.address)
      return guests.preview(ctx, input.token)
    }),

    joinAsGuest: publicProcedure.input(tokenInput).mutation(({ ctx, input }) => {
      guestVisits.take(ctx.address)
      return guests.join(ctx, input.token)
    }),

    removeGuest: workspaceProcedure('workspace.share')
      .input(guestIdInput)
      .mutation(({ ctx, input }) => links.removeGuest(ctx, input)),
  })
}
