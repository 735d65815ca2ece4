import type { OneTimeToken, Prisma, PrismaClient } from '#prisma/generated/client.ts'
import type { UserId } from '#shared/ids.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import type { RequestContext } from '#server/platform/trpc.ts'
import type { AuthConfig } from './config.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { OneTimeLinks } from './one-time-links.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Sessions } from './sessions.ts'

/** Makes the person a member as the invite says. Runs in the transaction that uses the invite up. */
export type AcceptWorkspaceInvite = (
  tx: Prisma.TransactionClient,
  userId: UserId,
  invite: OneTimeToken,
) => Promise<void>

/** What the use cases of this feature work with. */
export interface AuthContext {
  readonly prisma: PrismaClient
  readonly config: AuthConfig
  readonly control: ControlBus
  readonly log: Logger
  readonly now: () => number
  readonly hasher: PasswordHasher
  readonly sessions: Sessions
  readonly links: OneTimeLinks
  readonly throttle: LoginThrottle
  readonly acceptWorkspaceInvite: AcceptWorkspaceInvite
}

/** The request a use case answers. */
export type Asking = Pick<RequestContext, 'actor' | 'address' | 'userAgent' | 'requestId' | 'setCookie'>
