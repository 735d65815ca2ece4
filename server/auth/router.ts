import { z } from 'zod'
import type { Actor } from '#shared/access/actor.ts'
import {
  type AuthState,
  changePasswordInput,
  loginInput,
  resetPasswordInput,
  setupInput,
  signUpInput,
  updateProfileInput,
} from '#shared/api/auth.ts'
import { sessionId } from '#shared/api/id.ts'
import { tokenInput } from '#shared/api/workspaces.ts'
import { publicProcedure, router, selfProcedure } from '#server/platform/trpc.ts'
import { changePassword, resetPassword } from './change-password.ts'
import type { AuthContext } from './context.ts'
import { login, logout } from './login.ts'
import { revokeOtherSessions, revokeOwnSession } from './own-sessions.ts'
import { updateProfile } from './profile.ts'
import { setup } from './setup.ts'
import { signUp } from './sign-up.ts'

/** Accounts and sessions of the person who asks. `readState` tells the sign-in pages what to offer. */
export const createAuthRouter = (auth: AuthContext, readState: (actor: Actor) => Promise<AuthState>) =>
  router({
    state: publicProcedure.query(({ ctx }) => readState(ctx.actor)),
    setup: publicProcedure.input(setupInput).mutation(({ ctx, input }) => setup(auth, ctx, input)),
    signUp: publicProcedure.input(signUpInput).mutation(({ ctx, input }) => signUp(auth, ctx, input)),
    login: publicProcedure.input(loginInput).mutation(({ ctx, input }) => login(auth, ctx, input)),
    logout: publicProcedure.mutation(({ ctx }) => logout(auth, ctx)),
    invitePreview: publicProcedure.input(tokenInput).query(({ input }) => auth.links.preview(input.token)),
    resetPreview: publicProcedure.input(tokenInput).query(async ({ input }) => {
      const { expiresAt } = await auth.links.peek(input.token, ['password_reset'])
      return { expiresAt: expiresAt.toISOString() }
    }),
    resetPassword: publicProcedure
      .input(resetPasswordInput)
      .mutation(({ ctx, input }) => resetPassword(auth, ctx, input)),

    sessions: selfProcedure('account.use').query(({ ctx }) =>
      auth.sessions.list(ctx.actor.userId, ctx.actor.sessionId),
    ),
    revokeSession: selfProcedure('account.use')
      .input(z.strictObject({ sessionId }))
      .mutation(({ ctx, input }) => revokeOwnSession(auth, ctx.actor, input.sessionId, ctx.requestId)),
    revokeOtherSessions: selfProcedure('account.use').mutation(async ({ ctx }) => ({
      ended: await revokeOtherSessions(auth, ctx.actor, ctx.requestId),
    })),
    changePassword: selfProcedure('account.use')
      .input(changePasswordInput)
      .mutation(({ ctx, input }) => changePassword(auth, ctx.actor, ctx, input)),
    updateProfile: selfProcedure('account.use')
      .input(updateProfileInput)
      .mutation(({ ctx, input }) => updateProfile(auth, ctx.actor, input, ctx.requestId)),
  })
