import type { Actor } from '#shared/access/actor.ts'
import type { AuthState } from '#shared/api/auth.ts'
import type { AuthContext } from './context.ts'
import { isSetupDone } from './create-account.ts'
import { toMe } from './me.ts'
import { readSignUpMode } from './sign-up-mode.ts'

/** Who this browser is, and what the sign-in pages may offer. */
export async function readAuthState(
  auth: AuthContext,
  providers: AuthState['providers'],
  actor: Actor,
): Promise<AuthState> {
  const [isDone, mode, user] = await Promise.all([
    isSetupDone(auth.prisma),
    readSignUpMode(auth.prisma),
    actor.type === 'user' && !actor.isSuspended ? auth.prisma.user.findUnique({ where: { id: actor.userId } }) : null,
  ])
  return {
    isSetupDone: isDone,
    setupNeedsCode: !isDone && auth.config.setupCode !== null,
    signUp: mode,
    providers,
    me: user && toMe(user),
    guest:
      actor.type === 'guest'
        ? {
            id: actor.guestId,
            name: actor.name,
            workspaceId: actor.workspaceId,
            expiresAt: new Date(actor.expiresAt).toISOString(),
          }
        : null,
  }
}
