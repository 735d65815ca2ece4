import { pino } from 'pino'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { Me } from '#shared/api/auth.ts'
import { createControlBus } from '#server/platform/control.ts'
import { parseCookies } from '#server/platform/cookies.ts'
import type { TestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import { createCallerFactory, type RequestContext } from '#server/platform/trpc.ts'
import { createAuth } from '../auth.ts'
import type { AuthConfig } from '../config.ts'
import type { AcceptWorkspaceInvite } from '../context.ts'

export const GOOD_PASSWORD = 'quiet lantern over the harbour'
export const OTHER_PASSWORD = 'seven unhurried herons at dusk'

const CONFIG: AuthConfig = {
  publicUrl: 'http://localhost:3000',
  isHttps: false,
  isLoopback: true,
  setupCode: null,
  oauth: {},
  secret: 'a secret of this test run alone',
  triesPerMinuteByAddress: 10_000,
}

/** A browser's cookies, and calls made with them. */
export interface Browser {
  readonly cookies: Map<string, string>
  readonly header: () => string
  readonly context: () => Promise<RequestContext>
}

/** Accounts on a test database, with a clock that only the test moves and the control events it caused. */
export function createAuthHarness(
  db: TestDatabase,
  options: { config?: Partial<AuthConfig>; acceptWorkspaceInvite?: AcceptWorkspaceInvite; startAt?: number } = {},
) {
  const clock = { now: options.startAt ?? Date.now() }
  const events: ControlEvent[] = []
  const control = createControlBus((error) => {
    throw error
  })
  control.subscribe((event) => events.push(event))
  const log = pino({ level: 'silent' })
  const config = { ...CONFIG, ...options.config }
  const acceptWorkspaceInvite = options.acceptWorkspaceInvite ?? (() => Promise.resolve())
  const auth = createAuth({ prisma: db.prisma, config, control, log, now: () => clock.now, acceptWorkspaceInvite })
  const createCaller = createCallerFactory(auth.router)

  function openBrowser(address = '192.0.2.1'): Browser {
    const cookies = new Map<string, string>()
    const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return {
      cookies,
      header,
      context: async () => ({
        actor: await auth.resolveActor({ headers: { cookie: header() } }),
        requestId: newId<string>(),
        address,
        userAgent: 'a test',
        cookies: parseCookies(header()),
        log,
        signal: new AbortController().signal,
        loadWorkspace: () => Promise.resolve(null),
        setCookie(cookie) {
          const [pair = '', ...attributes] = cookie.split('; ')
          const [name = '', value = ''] = pair.split('=')
          if (attributes.includes('Max-Age=0')) cookies.delete(name)
          else cookies.set(name, value)
        },
      }),
    }
  }

  return {
    auth,
    db,
    clock,
    events,
    control,
    openBrowser,
    /** The auth procedures, called as this browser. */
    as: async (browser: Browser) => createCaller(await browser.context()),
    /** A fresh account made straight in the database, signed in in a browser of its own. */
    async signedIn(role: 'admin' | 'user' = 'user'): Promise<{ browser: Browser; me: Me; email: string }> {
      const browser = openBrowser()
      const { email } = await createPerson(role)
      const me = await createCaller(await browser.context()).login({ email, password: GOOD_PASSWORD })
      return { browser, me, email }
    },
    createPerson,
  }

  async function createPerson(role: 'admin' | 'user' = 'user', passwordHash: string | null = GOOD_HASH) {
    const id = newId<string>()
    const email = `${id.toLowerCase().replace(/[^a-z0-9]/g, 'x')}@example.com`
    return db.prisma.user.create({
      data: { id, email, name: 'Test Person', passwordHash, platformRole: role, color: 1 },
    })
  }
}

export type AuthHarness = ReturnType<typeof createAuthHarness>

/** argon2id of GOOD_PASSWORD, so that tests about other things need not hash. */
const GOOD_HASH = '$argon2id$v=19$m=19456,t=2,p=1$hAy2naQx0OQ3IBqH2irI5Q$7HXJW43m3ng8PWOUPnZSLcLsBfYjjzbPPmfAKWJXWPk'
