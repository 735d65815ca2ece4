import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseCookies } from '#server/platform/cookies.ts'
import { matchPath } from '#server/platform/http.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { type AuthHarness, type Browser, createAuthHarness, GOOD_PASSWORD } from '../testing/harness.ts'
import { CLIENT, startStubProvider, type StubProvider } from '../testing/stub-provider.ts'

let db: TestDatabase
let provider: StubProvider
let server: Server
let origin: string
let h: AuthHarness
let browser: Browser
let nextPerson = 1000

beforeAll(async () => {
  db = await createTestDatabase()
  provider = await startStubProvider()
  // The least that carries routes over HTTP: cookies in, cookies and redirects out.
  server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', origin)
    const found = h.auth.routes.flatMap((route) => {
      const params = matchPath(route.path, url.pathname)
      return params ? [{ route, params }] : []
    })[0]
    if (!found) return void res.writeHead(404).end()
    const visitor = h.openBrowser()
    for (const [name, value] of parseCookies(req.headers.cookie)) visitor.cookies.set(name, value)
    void visitor.context().then((context) => {
      const setCookie = (cookie: string) => void res.appendHeader('set-cookie', cookie)
      return found.route.handle({ req, res, url, params: found.params, context: { ...context, setCookie } })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await provider.close()
  await db.close()
})
beforeEach(async () => {
  const oauth = {
    github: { ...CLIENT, baseUrl: provider.url },
    oidc: { ...CLIENT, id: 'keycloak', name: 'Keycloak', issuer: provider.url },
  }
  h = createAuthHarness(db, { config: { publicUrl: origin, oauth } })
  browser = h.openBrowser()
  await h.createPerson('admin')
  await setMode('open')
  nextPerson += 1
  provider.fault = null
  provider.person = {
    id: nextPerson,
    email: `p${nextPerson}-${newId<string>().replace(/\W/g, '')}@example.com`.toLowerCase(),
    isVerified: true,
    name: 'Mina Kim',
  }
})

const setMode = (mode: 'open' | 'invite' | 'closed') =>
  db.prisma.$transaction((tx) => h.auth.ports.writeSignUpMode(tx, mode, newId()))
/** One step of a redirect chain, with this browser's cookies where the step is at our own server. */
const follow = async (url: string, at: Browser = browser): Promise<string> => {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: url.startsWith(origin) ? { cookie: at.header() } : {},
  })
  await response.arrayBuffer()
  for (const cookie of response.headers.getSetCookie()) (await at.context()).setCookie(cookie)
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '', origin).href
}
/** Start, the provider's consent, and back; answers where the browser ends up. */
const goThrough = async (providerId: string, query = ''): Promise<string> => {
  const atProvider = await follow(`${origin}/auth/oauth/${providerId}/start${query}`)
  if (atProvider.startsWith(origin)) return atProvider.slice(origin.length)
  return (await follow(await follow(atProvider))).slice(origin.length)
}
const me = async () => (await (await h.as(browser)).state()).me

describe.each(['github', 'keycloak'])('sign-in by %s', (id) => {
  it('is offered, makes an account at the first visit and finds it at the second', async () => {
    const { providers } = await (await h.as(browser)).state()
    expect(providers).toEqual([
      { id: 'github', name: 'GitHub' },
      { id: 'keycloak', name: 'Keycloak' },
    ])
    expect(await goThrough(id, '?next=/w/abc%3Fx=1')).toBe('/w/abc?x=1')
    const first = await me()
    expect(first).toMatchObject({
      email: provider.person.email,
      name: 'Mina Kim',
      hasPassword: false,
      isPlatformAdmin: false,
    })
    expect([...browser.cookies.keys()]).toEqual(['pairloom'])

    browser = h.openBrowser()
    provider.person.email = 'moved@example.com'
    expect(await goThrough(id)).toBe('/')
    expect(await me()).toMatchObject({ id: first?.id, email: first?.email })
  })

  it('makes no account from an address the provider does not vouch for', async () => {
    provider.person.isVerified = false
    expect(await goThrough(id)).toBe('/login?error=oauth_failed')
    provider.person.email = null
    expect(await goThrough(id)).toBe('/login?error=oauth_failed')
    expect(await me()).toBeNull()
  })

  it('never opens an account that has a password by its e-mail alone, verified or not', async () => {
    const victim = await h.createPerson()
    provider.person.email = victim.email.toUpperCase()
    expect(await goThrough(id)).toBe('/login?error=email_taken')
    provider.person.isVerified = false
    expect(await goThrough(id)).toBe('/login?error=oauth_failed')
    expect(await me()).toBeNull()
    expect(await db.prisma.oAuthAccount.count({ where: { userId: victim.id } })).toBe(0)
  })

  it('is linked to a password account by its owner, and then opens it', async () => {
    const owner = await h.signedIn()
    browser = owner.browser
    expect(await goThrough(id, '?link=1&next=/settings')).toBe('/settings')
    expect(await me()).toMatchObject({ id: owner.me.id })
    browser = h.openBrowser()
    expect(await goThrough(id)).toBe('/')
    expect(await me()).toMatchObject({ id: owner.me.id })
    const rows = await db.prisma.auditEvent.findMany({
      where: { targetId: owner.me.id, action: 'account.provider-linked' },
    })
    expect(rows).toMatchObject([{ actorId: owner.me.id, details: { provider: id } }])
  })

  it('obeys the sign-up mode, and takes an invite', async () => {
    await setMode('closed')
    expect(await goThrough(id)).toBe('/login?error=sign_up_closed')
    await setMode('invite')
    expect(await goThrough(id)).toBe('/login?error=sign_up_closed')
    expect(await goThrough(id, `?invite=${newToken()}`)).toBe('/login?error=link_invalid')
    const { url } = await db.prisma.$transaction((tx) =>
      h.auth.ports.issueLink(tx, { kind: 'platform_invite' }, newId()),
    )
    const token = url.split('/').at(-1) ?? ''
    expect(await goThrough(id, `?invite=${token}`)).toBe('/')
    expect(await me()).toMatchObject({ email: provider.person.email })
    expect(
      (await db.prisma.oneTimeToken.findUniqueOrThrow({ where: { tokenHash: hashToken(token) } })).usedAt,
    ).not.toBeNull()
  })

  it('tells a suspended person so', async () => {
    await goThrough(id)
    const known = await me()
    await db.prisma.user.update({ where: { id: known?.id ?? '' }, data: { suspendedAt: new Date() } })
    browser = h.openBrowser()
    expect(await goThrough(id)).toBe('/login?error=suspended')
    expect(browser.cookies.has('pairloom')).toBe(false)
  })

  it.each(['server-error', 'garbage', 'no-token'] as const)(
    'fails with a reason where the provider answers with %s',
    async (fault) => {
      const atProvider = await follow(`${origin}/auth/oauth/${id}/start`)
      provider.fault = fault
      const back = await follow(atProvider)
      expect((await follow(back)).slice(origin.length)).toBe('/login?error=oauth_failed')
      expect(await me()).toBeNull()
    },
  )
})

describe('an account made by one provider', () => {
  it('is opened by another that vouches for the same address', async () => {
    await goThrough('github')
    const first = await me()
    browser = h.openBrowser()
    provider.person.id += 500_000
    await goThrough('keycloak')
    expect(await me()).toMatchObject({ id: first?.id })
  })

  it('is made once by two callbacks in the same moment, and opened in both browsers', async () => {
    const browsers = [h.openBrowser(), h.openBrowser()]
    const backs = await Promise.all(
      browsers.map(async (at) => follow(await follow(`${origin}/auth/oauth/keycloak/start`, at), at)),
    )
    const ends = await Promise.all(backs.map((back, i) => follow(back, browsers[i])))
    expect(ends).toEqual([`${origin}/`, `${origin}/`])
    const people = await Promise.all(browsers.map(async (at) => (await (await h.as(at)).state()).me?.id))
    const made = await db.prisma.oAuthAccount.findMany({ where: { providerUserId: String(provider.person.id) } })
    expect(people).toEqual([made[0]?.userId, made[0]?.userId])
    expect(made).toHaveLength(1)
    expect(await db.prisma.user.count({ where: { email: provider.person.email ?? '' } })).toBe(1)
  })
})

describe('a callback', () => {
  it('is refused without the flow that led to it, in another browser, twice, or at another provider', async () => {
    const back = await follow(await follow(`${origin}/auth/oauth/keycloak/start`))
    const own = browser
    browser = h.openBrowser()
    expect((await follow(back)).slice(origin.length)).toBe('/login?error=oauth_failed')
    await follow(`${origin}/auth/oauth/keycloak/start`)
    expect((await follow(back)).slice(origin.length)).toBe('/login?error=oauth_failed')
    browser = own
    const kept = new Map(own.cookies)
    expect((await follow(back.replace('keycloak', 'github'))).slice(origin.length)).toBe('/login?error=oauth_failed')
    for (const [name, value] of kept) own.cookies.set(name, value)
    expect((await follow(back)).slice(origin.length)).toBe('/')
    // The code is spent and so is the flow: replaying either gives nothing.
    browser = h.openBrowser()
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect((await follow(back)).slice(origin.length)).toBe('/login?error=oauth_failed')
    expect(await me()).toBeNull()
  })

  it('is refused after ten minutes, with a forged flow, a wrong state, or a refusal of the person', async () => {
    const attempt = async (change: (back: string) => string) => {
      const back = await follow(await follow(`${origin}/auth/oauth/keycloak/start`))
      return (await follow(change(back))).slice(origin.length)
    }
    expect(await attempt((back) => back.replace(/state=[^&]*/, 'state=forged'))).toBe('/login?error=oauth_failed')
    expect(await attempt((back) => back.replace(/code=[^&]*/, 'error=access_denied'))).toBe('/login?error=oauth_failed')
    const forge = (back: string) => {
      const payload = (browser.cookies.get('pairloom-oauth') ?? '').split('.')[0] ?? ''
      const flow = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
      const forged = Buffer.from(JSON.stringify({ ...flow, next: 'https://evil.example' })).toString('base64url')
      browser.cookies.set('pairloom-oauth', `${forged}.${browser.cookies.get('pairloom-oauth')?.split('.')[1] ?? ''}`)
      return back
    }
    expect(await attempt(forge)).toBe('/login?error=oauth_failed')
    expect(await attempt((back) => ((h.clock.now += 600_000), back))).toBe('/login?error=oauth_failed')
    expect(await attempt((back) => back)).toBe('/')
  })

  it.each(['audience', 'expired', 'other-person'] as const)(
    'is refused where the ID token has the fault "%s"',
    async (fault) => {
      provider.fault = fault
      expect(await goThrough('keycloak')).toBe('/login?error=oauth_failed')
      expect(await me()).toBeNull()
    },
  )

  it('links nothing once someone else is signed in here', async () => {
    const owner = await h.signedIn()
    browser = owner.browser
    const back = await follow(await follow(`${origin}/auth/oauth/keycloak/start?link=1`))
    const other = await h.createPerson()
    await (await h.as(browser)).login({ email: other.email, password: GOOD_PASSWORD })
    expect((await follow(back)).slice(origin.length)).toBe('/login?error=unauthenticated')
    expect(await db.prisma.oAuthAccount.count({ where: { userId: { in: [owner.me.id, other.id] } } })).toBe(0)
  })

  it("does not link one person's provider account to a second account", async () => {
    await goThrough('keycloak')
    const first = await me()
    browser = (await h.signedIn()).browser
    expect(await goThrough('keycloak', '?link=1')).toBe('/login?error=conflict')
    expect(
      await db.prisma.oAuthAccount.findMany({ where: { providerUserId: String(provider.person.id) } }),
    ).toMatchObject([{ userId: first?.id }])
  })
})

describe('a start', () => {
  it('is refused for a discovery document of another issuer, an unknown provider, or linking while signed out', async () => {
    provider.fault = 'issuer'
    expect(await goThrough('keycloak')).toBe('/login?error=oauth_failed')
    expect(await goThrough('gitlab')).toBe('/login?error=not_found')
    expect(await goThrough('github', '?link=1')).toBe('/login?error=unauthenticated')
  })

  it('leads back to this site only', async () => {
    const ends = [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '',
    ]
    for (const next of ends) {
      browser = h.openBrowser()
      expect(await goThrough('github', `?next=${encodeURIComponent(next)}`)).toBe('/')
    }
  })
})
