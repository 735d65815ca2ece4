import type { IncomingMessage } from 'node:http'
import type { PrismaClient } from '#prisma/generated/client.ts'
import type { Actor } from '#shared/access/actor.ts'
import type { SessionId } from '#shared/ids.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { HttpRoute } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { type AuthPorts, createAuthPorts } from './auth-ports.ts'
import type { AuthConfig } from './config.ts'
import type { AcceptWorkspaceInvite, AuthContext } from './context.ts'
import { createLoginThrottle } from './login-throttle.ts'
import { createOAuthProviders } from './oauth/providers.ts'
import { createOAuthRoutes } from './oauth/routes.ts'
import { createOneTimeLinks } from './one-time-links.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { createResolveActor } from './resolve-actor.ts'
import { createAuthRouter } from './router.ts'
import { createSessions } from './sessions.ts'
import { readAuthState } from './state.ts'

export interface AuthOptions {
  readonly prisma: PrismaClient
  readonly config: AuthConfig
  readonly control: ControlBus
  readonly log: Logger
  readonly acceptWorkspaceInvite: AcceptWorkspaceInvite
  readonly now?: () => number
  readonly fetch?: typeof fetch
}

export interface Auth {
  readonly router: ReturnType<typeof createAuthRouter>
  readonly routes: readonly HttpRoute[]
  /** Users and guests by their cookies; an agent's bearer token is another feature's. */
  resolveActor(req: Pick<IncomingMessage, 'headers'>): Promise<Actor>
  /** Keeps a session alive while only its sockets are busy; cheap to call often. */
  touchSession(sessionId: SessionId): Promise<void>
  /** Removes sessions that ran out and closes their sockets; to be called every minute or so. */
  sweep(): Promise<void>
  /** What the admin and workspaces features may ask for. */
  readonly ports: AuthPorts
}

/** Accounts, sessions, one-time links and sign-in by providers. */
export function createAuth(options: AuthOptions): Auth {
  const { prisma, config, control, log, acceptWorkspaceInvite, now = Date.now } = options
  const sessions = createSessions({ prisma, isHttps: config.isHttps, now })
  const auth: AuthContext = {
    prisma,
    config,
    control,
    log,
    now,
    hasher: createPasswordHasher(),
    sessions,
    links: createOneTimeLinks({ prisma, publicUrl: config.publicUrl, now }),
    throttle: createLoginThrottle({ now, perMinuteByAddress: config.triesPerMinuteByAddress ?? 60 }),
    acceptWorkspaceInvite,
  }
  const providers = createOAuthProviders(config, options.fetch ?? fetch)
  const offered = providers.map(({ id, name }) => ({ id, name }))
  return {
    router: createAuthRouter(auth, (actor) => readAuthState(auth, offered, actor)),
    routes: createOAuthRoutes(auth, providers),
    resolveActor: createResolveActor({ prisma, sessions, isHttps: config.isHttps, now }),
    touchSession: (sessionId) => sessions.touch(sessionId),
    async sweep() {
      for (const { id, userId } of await sessions.removeExpired()) {
        control.publish({ type: 'sessions-revoked', userId, sessionIds: [id], reason: 'signed-out' })
      }
    },
    ports: createAuthPorts(auth),
  }
}
