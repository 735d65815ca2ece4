import {
  adminWorkspacesInput,
  peopleInput,
  personInput,
  setPlatformRoleInput,
  settingsInput,
  setSuspendedInput,
} from '#shared/api/admin.ts'
import { platformProcedure, router } from '#server/platform/trpc.ts'
import { createResetLink, revokeSessions, setPlatformRole, setSuspended } from './change-person.ts'
import type { AdminContext } from './context.ts'
import { listPeople } from './list-people.ts'
import { listWorkspaces } from './list-workspaces.ts'
import { createInvite, readSettings, updateSettings } from './settings.ts'

type AdminOptions = Omit<AdminContext, 'now'> & Partial<Pick<AdminContext, 'now'>>

/** What the admin pages read and change. Every change writes its audit row in its own transaction. */
export function createAdmin(options: AdminOptions) {
  const admin: AdminContext = { now: Date.now, ...options }
  const procedure = platformProcedure('platform.admin')
  return {
    router: router({
      people: procedure.input(peopleInput).query(({ ctx, input }) => listPeople(admin, ctx.actor, input)),
      sessions: procedure.input(personInput).query(({ input }) => admin.accounts.listSessions(input.userId)),
      setPlatformRole: procedure
        .input(setPlatformRoleInput)
        .mutation(({ ctx, input }) => setPlatformRole(admin, { me: ctx.actor, requestId: ctx.requestId }, input)),
      setSuspended: procedure
        .input(setSuspendedInput)
        .mutation(({ ctx, input }) => setSuspended(admin, { me: ctx.actor, requestId: ctx.requestId }, input)),
      revokeSessions: procedure
        .input(personInput)
        .mutation(({ ctx, input }) => revokeSessions(admin, { me: ctx.actor, requestId: ctx.requestId }, input.userId)),
      createResetLink: procedure
        .input(personInput)
        .mutation(({ ctx, input }) =>
          createResetLink(admin, { me: ctx.actor, requestId: ctx.requestId }, input.userId),
        ),
      createInvite: procedure.mutation(({ ctx }) => createInvite(admin, ctx.actor, ctx.requestId)),
      workspaces: procedure.input(adminWorkspacesInput).query(({ input }) => listWorkspaces(admin, input)),
      settings: procedure.query(() => readSettings(admin)),
      updateSettings: procedure
        .input(settingsInput)
        .mutation(({ ctx, input }) => updateSettings(admin, ctx.actor, input, ctx.requestId)),
    }),
  }
}
