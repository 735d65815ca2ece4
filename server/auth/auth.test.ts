import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { appCodeOf } from '#server/platform/trpc.ts'
import { type AuthHarness, createAuthHarness, GOOD_PASSWORD, OTHER_PASSWORD } from './testing/harness.ts'

let db: TestDatabase
let h: AuthHarness
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())
beforeEach(() => {
  h = createAuthHarness(db)
})

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'no error'> =>
  work.then(() => 'no error' as const, appCodeOf)
const emailOf = (name: string) =>
  `${name}-${newId<string>()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')}@example.com`
const workspaceInvite = async (data: { workspaceId: string; role: 'editor' | 'viewer'; createdBy: string }) => {
  const token = newToken()
  const expiresAt = new Date(h.clock.now + 7 * 24 * 3_600_000)
  await db.prisma.oneTimeToken.create({
    data: { id: newId(), tokenHash: hashToken(token), kind: 'workspace_invite', expiresAt, ...data },
  })
  return token
}
const platformInvite = async () => {
  const { url } = await db.prisma.$transaction((tx) => h.auth.ports.issueLink(tx, { kind: 'platform_invite' }, newId()))
  expect(url).toMatch(/^http:\/\/localhost:3000\/invite\/[\w-]{43}$/)
  return url.split('/').at(-1) ?? ''
}
const setMode = (mode: 'open' | 'invite' | 'closed') =>
  db.prisma.$transaction((tx) => h.auth.ports.writeSignUpMode(tx, mode, newId()))

describe('setup', () => {
  it('makes exactly one of two simultaneous visitors the admin, and only with the right code', async () => {
    h = createAuthHarness(db, { config: { setupCode: 'ABCD-EFGH' } })
    const visitors = [h.openBrowser(), h.openBrowser()]
    const input = () => ({ email: emailOf('first'), password: GOOD_PASSWORD, name: 'First' })
    const [stranger] = visitors
    if (!stranger) throw new Error('no visitor')
    expect(await (await h.as(stranger)).state()).toMatchObject({ isSetupDone: false, setupNeedsCode: true, me: null })
    expect(await codeOf((await h.as(stranger)).setup(input()))).toBe('setup_code')
    expect(await codeOf((await h.as(stranger)).setup({ ...input(), code: 'ABCD-EFGX' }))).toBe('setup_code')
    expect(await codeOf((await h.as(stranger)).signUp(input()))).toBe('sign_up_closed')

    const callers = await Promise.all(visitors.map((visitor) => h.as(visitor)))
    const codes = await Promise.all(callers.map((caller) => codeOf(caller.setup({ ...input(), code: 'ABCD-EFGH' }))))
    expect(codes.toSorted()).toEqual(['no error', 'setup_done'])
    const winner = visitors[codes.indexOf('no error')]
    if (!winner) throw new Error('nobody won')
    const state = await (await h.as(winner)).state()
    expect(state).toMatchObject({
      isSetupDone: true,
      setupNeedsCode: false,
      me: { isPlatformAdmin: true, name: 'First' },
    })
    expect(await db.prisma.user.count({ where: { platformRole: 'admin' } })).toBe(1)
  })
})

describe('sign-up', () => {
  beforeAll(async () => {
    await createAuthHarness(db).createPerson('admin')
  })

  it('is refused without an invite unless it is open', async () => {
    const attempt = async () =>
      codeOf((await h.as(h.openBrowser())).signUp({ email: emailOf('a'), password: GOOD_PASSWORD, name: 'A' }))
    await setMode('invite')
    expect(await attempt()).toBe('sign_up_closed')
    await setMode('closed')
    expect(await attempt()).toBe('sign_up_closed')
    await setMode('open')
    expect(await attempt()).toBe('no error')
  })

  it('takes one address once, however it is written, also twice at the same moment', async () => {
    await setMode('open')
    const email = emailOf('twice')
    const callers = await Promise.all([h.as(h.openBrowser()), h.as(h.openBrowser())])
    const codes = await Promise.all(
      callers.map((caller, i) =>
        codeOf(
          caller.signUp({ email: i === 0 ? email : ` ${email.toUpperCase()} `, password: GOOD_PASSWORD, name: 'T' }),
        ),
      ),
    )
    expect(codes.toSorted()).toEqual(['email_taken', 'no error'])
  })

  it('lets an invite make exactly one account, also when used twice at once', async () => {
    await setMode('invite')
    const inviteToken = await platformInvite()
    expect(await (await h.as(h.openBrowser())).invitePreview({ token: inviteToken })).toEqual({ kind: 'platform' })
    const callers = await Promise.all([h.as(h.openBrowser()), h.as(h.openBrowser())])
    const codes = await Promise.all(
      callers.map((caller) =>
        codeOf(caller.signUp({ email: emailOf('i'), password: GOOD_PASSWORD, name: 'I', inviteToken })),
      ),
    )
    expect(codes.toSorted()).toEqual(['link_invalid', 'no error'])
    expect(await codeOf((await h.as(h.openBrowser())).invitePreview({ token: inviteToken }))).toBe('link_invalid')
  })

  it('makes a member of whoever comes by a workspace invite, or leaves the invite unused', async () => {
    await setMode('invite')
    const accepted: string[] = []
    let isBroken = true
    h = createAuthHarness(db, {
      acceptWorkspaceInvite: async (tx, userId, { workspaceId, role }) => {
        if (workspaceId === null || role === null) throw new Error('not a workspace invite')
        await tx.membership.create({ data: { workspaceId, userId, role } })
        if (isBroken) throw new Error('the power failed')
        accepted.push(userId)
      },
    })
    const workspace = await db.prisma.workspace.create({ data: { id: newId(), name: 'Harbour', volumeId: newId() } })
    const inviter = await h.createPerson()
    const inviteToken = await workspaceInvite({ workspaceId: workspace.id, role: 'editor', createdBy: inviter.id })
    expect(await (await h.as(h.openBrowser())).invitePreview({ token: inviteToken })).toEqual({
      kind: 'workspace',
      workspaceName: 'Harbour',
      role: 'editor',
      invitedBy: 'Test Person',
    })
    const input = { email: emailOf('w'), password: GOOD_PASSWORD, name: 'W', inviteToken }
    expect(await codeOf((await h.as(h.openBrowser())).signUp(input))).toBe('internal')
    isBroken = false
    const me = await (await h.as(h.openBrowser())).signUp(input)
    expect(accepted).toEqual([me.id])
    expect(await db.prisma.membership.findMany({ where: { workspaceId: workspace.id } })).toMatchObject([
      { userId: me.id, role: 'editor' },
    ])
  })

  it('refuses an invite whose workspace was deleted or whose week is over', async () => {
    await setMode('invite')
    const workspace = await db.prisma.workspace.create({
      data: { id: newId(), name: 'Gone', volumeId: newId(), deletedAt: new Date() },
    })
    const attempt = async (inviteToken: string) => {
      const input = { email: emailOf('x'), password: GOOD_PASSWORD, name: 'X', inviteToken }
      return codeOf((await h.as(h.openBrowser())).signUp(input))
    }
    const toGone = { workspaceId: workspace.id, role: 'viewer' as const, createdBy: newId<string>() }
    expect(await attempt(await workspaceInvite(toGone))).toBe('link_invalid')
    const late = await platformInvite()
    h.clock.now += 7 * 24 * 3_600_000
    expect(await attempt(late)).toBe('link_invalid')
  })

  it('refuses a common password and accepts a passphrase of 64 characters and emoji verbatim', async () => {
    await setMode('open')
    const caller = await h.as(h.openBrowser())
    expect(await codeOf(caller.signUp({ email: emailOf('p'), password: '123456789012345', name: 'P' }))).toBe(
      'weak_password',
    )
    for (const password of [
      'x7 hollow reeds '.repeat(2) + 'seven kettles by the blue river.',
      '  새벽 🐎 battery 🔋 우체통  ',
    ]) {
      const email = emailOf('ok')
      await (await h.as(h.openBrowser())).signUp({ email, password, name: 'P' })
      expect(await codeOf((await h.as(h.openBrowser())).login({ email, password: password.trim() + 'x' }))).toBe(
        'invalid_credentials',
      )
      expect(await codeOf((await h.as(h.openBrowser())).login({ email, password }))).toBe('no error')
    }
  })
})

describe('login', () => {
  it('answers an unknown account, a wrong password and an account without one alike', async () => {
    const { email } = await h.createPerson()
    const byProvider = await h.createPerson('user', null)
    const caller = await h.as(h.openBrowser())
    for (const address of [email, byProvider.email, 'nobody@example.com', 'not an address', 'a\0b@example.com']) {
      expect(await codeOf(caller.login({ email: address, password: 'wrong wrong wrong' }))).toBe('invalid_credentials')
    }
  })

  it('refuses objects, numbers and extra fields where text belongs', async () => {
    const caller = await h.as(h.openBrowser())
    for (const input of [
      { email: { not: '' }, password: 'x' },
      { email: 1, password: 'x' },
      { email: 'a@b.c', password: 'x', role: 'owner' },
      [],
      null,
    ]) {
      expect(await codeOf(caller.login(input as never))).toBe('bad_request')
    }
    expect(await codeOf(caller.login({ email: 'a@b.cd', password: 'x'.repeat(1025) }))).toBe('bad_request')
  })

  it('tells a suspended person so, once they know the password', async () => {
    const { id, email } = await h.createPerson()
    await db.prisma.user.update({ where: { id }, data: { suspendedAt: new Date() } })
    const caller = await h.as(h.openBrowser())
    expect(await codeOf(caller.login({ email, password: 'wrong wrong wrong' }))).toBe('invalid_credentials')
    expect(await codeOf(caller.login({ email, password: GOOD_PASSWORD }))).toBe('suspended')
  })

  it('slows down guesses at one account and lets the owner in after a wait', async () => {
    const { email } = await h.createPerson()
    const guesser = await h.as(h.openBrowser('192.0.2.66'))
    const codes: string[] = []
    for (let i = 0; i < 12; i += 1)
      codes.push(await codeOf(guesser.login({ email, password: `guess number ${i} of many` })))
    expect(codes.slice(0, 5)).toEqual(Array(5).fill('invalid_credentials'))
    expect(codes.slice(5)).toEqual(Array(7).fill('rate_limited'))
    const owner = await h.as(h.openBrowser('192.0.2.7'))
    expect(await codeOf(owner.login({ email, password: GOOD_PASSWORD }))).toBe('no error')
  })

  it('ends the session of whoever was signed in in this browser before', async () => {
    const first = await h.signedIn()
    const second = await h.createPerson()
    await (await h.as(first.browser)).login({ email: second.email, password: GOOD_PASSWORD })
    expect(await (await h.as(first.browser)).state()).toMatchObject({ me: { id: second.id } })
    expect(await db.prisma.session.count({ where: { userId: first.me.id } })).toBe(0)
    expect(h.events).toMatchObject([{ type: 'sessions-revoked', userId: first.me.id }])
  })
})

describe('a session', () => {
  const actorOf = (cookie: string) => h.auth.resolveActor({ headers: { cookie } })

  it('is nobody for a truncated, doubled, oversized, hashed or invented cookie', async () => {
    const { browser } = await h.signedIn()
    const token = browser.cookies.get('pairloom') ?? ''
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await actorOf(`pairloom=${token}`)).toMatchObject({ type: 'user' })
    const forged = [
      token.slice(0, -1),
      `${token}x`,
      'x'.repeat(8192),
      hashToken(token),
      newToken(),
      '',
      "' or 1=1 --",
      '%00',
      `${token}; pairloom=${token}`,
      `${token}; pairloom=${newToken()}`,
    ]
    for (const value of forged) expect(await actorOf(`pairloom=${value}`)).toEqual({ type: 'anonymous' })
    for (const header of ['', ';;;', '=', 'pairloom', `__Host-pairloom=${token}`]) {
      expect(await actorOf(header)).toEqual({ type: 'anonymous' })
    }
    expect(await h.auth.resolveActor({ headers: {} })).toEqual({ type: 'anonymous' })
  })

  it('stores only the hash of its token', async () => {
    const { browser, me } = await h.signedIn()
    const token = browser.cookies.get('pairloom') ?? ''
    const rows = await db.prisma.session.findMany({ where: { userId: me.id } })
    expect(rows.map((row) => row.tokenHash)).toEqual([hashToken(token)])
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('has a cookie that scripts cannot read, host-bound and secure on https', async () => {
    h = createAuthHarness(db, { config: { isHttps: true, publicUrl: 'https://pairloom.example' } })
    const { email } = await h.createPerson()
    const browser = h.openBrowser()
    const context = await browser.context()
    const set: string[] = []
    const { createCallerFactory } = await import('#server/platform/trpc.ts')
    const caller = createCallerFactory(h.auth.router)({ ...context, setCookie: (cookie) => void set.push(cookie) })
    await caller.login({ email, password: GOOD_PASSWORD })
    expect(set).toHaveLength(1)
    expect(set[0]).toMatch(/^__Host-pairloom=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$/)
  })

  it('lives on while it is used and ends after a day without use', async () => {
    const { browser } = await h.signedIn()
    for (let day = 0; day < 3; day += 1) {
      h.clock.now += 23 * 3_600_000
      expect(await actorOf(browser.header())).toMatchObject({ type: 'user' })
    }
    h.clock.now += 24 * 3_600_000
    expect(await actorOf(browser.header())).toEqual({ type: 'anonymous' })
  })

  it('ends thirty days after sign-in however much it is used', async () => {
    const { browser } = await h.signedIn()
    const start = h.clock.now
    while (h.clock.now + 20 * 3_600_000 < start + 30 * 24 * 3_600_000) {
      h.clock.now += 20 * 3_600_000
      expect(await actorOf(browser.header())).toMatchObject({ type: 'user' })
    }
    h.clock.now = start + 30 * 24 * 3_600_000
    expect(await actorOf(browser.header())).toEqual({ type: 'anonymous' })
  })

  it('of an admin ends after half an hour without use, twelve hours in all, and at once when made one late', async () => {
    const idle = await h.signedIn('admin')
    h.clock.now += 30 * 60_000
    expect(await actorOf(idle.browser.header())).toEqual({ type: 'anonymous' })

    const busy = await h.signedIn('admin')
    const start = h.clock.now
    while (h.clock.now + 25 * 60_000 < start + 12 * 3_600_000) {
      h.clock.now += 25 * 60_000
      expect(await actorOf(busy.browser.header())).toMatchObject({ isPlatformAdmin: true })
    }
    h.clock.now = start + 12 * 3_600_000
    expect(await actorOf(busy.browser.header())).toEqual({ type: 'anonymous' })

    const promoted = await h.signedIn()
    h.clock.now += 13 * 3_600_000
    await db.prisma.user.update({ where: { id: promoted.me.id }, data: { platformRole: 'admin' } })
    expect(await actorOf(promoted.browser.header())).toEqual({ type: 'anonymous' })
  })

  it('writes its use down at most once a minute', async () => {
    const { browser, me } = await h.signedIn()
    const lastUse = async () =>
      (await db.prisma.session.findFirstOrThrow({ where: { userId: me.id } })).lastUsedAt.getTime()
    const before = await lastUse()
    h.clock.now += 59_999
    await actorOf(browser.header())
    expect(await lastUse()).toBe(before)
    h.clock.now += 1
    await actorOf(browser.header())
    expect(await lastUse()).toBe(h.clock.now)
  })

  it('is kept alive by its sockets through touchSession, and never brought back', async () => {
    const { browser } = await h.signedIn('admin')
    const actor = await actorOf(browser.header())
    if (actor.type !== 'user') throw new Error('not signed in')
    for (let i = 0; i < 3; i += 1) {
      h.clock.now += 20 * 60_000
      await h.auth.touchSession(actor.sessionId)
    }
    h.clock.now += 20 * 60_000
    expect(await actorOf(browser.header())).toMatchObject({ type: 'user' })
    h.clock.now += 30 * 60_000
    await h.auth.touchSession(actor.sessionId)
    expect(await actorOf(browser.header())).toEqual({ type: 'anonymous' })
  })

  it('that ran out is swept away, and its sockets are told', async () => {
    const { me } = await h.signedIn()
    h.clock.now += 24 * 3_600_000
    const living = await h.signedIn()
    await h.auth.sweep()
    expect(await db.prisma.session.count({ where: { userId: me.id } })).toBe(0)
    expect(await actorOf(living.browser.header())).toMatchObject({ type: 'user' })
    expect(h.events.filter((event) => event.type === 'sessions-revoked' && event.userId === me.id)).toHaveLength(1)
  })

  it('ends at logout, for its cookie and its sockets', async () => {
    const { browser, me } = await h.signedIn()
    const stolen = browser.header()
    await (await h.as(browser)).logout()
    expect(browser.cookies.size).toBe(0)
    expect(await actorOf(stolen)).toEqual({ type: 'anonymous' })
    expect(h.events).toMatchObject([{ type: 'sessions-revoked', userId: me.id, reason: 'signed-out' }])
    expect(await codeOf((await h.as(browser)).logout())).toBe('no error')
    expect(await codeOf((await h.as(browser)).sessions())).toBe('unauthenticated')
  })

  it('can be ended from another browser of the same person, and from no one else', async () => {
    const { browser, email, me } = await h.signedIn()
    const other = h.openBrowser()
    await (await h.as(other)).login({ email, password: GOOD_PASSWORD })
    const sessions = await (await h.as(browser)).sessions()
    expect(sessions.filter((session) => session.isCurrent)).toHaveLength(1)
    expect(sessions).toHaveLength(2)
    const otherId = sessions.find((session) => !session.isCurrent)?.id as never

    const stranger = await h.signedIn()
    expect(await codeOf((await h.as(stranger.browser)).revokeSession({ sessionId: otherId }))).toBe('not_found')
    expect(await codeOf((await h.as(stranger.browser)).revokeSession({ sessionId: newId() }))).toBe('not_found')
    await (await h.as(browser)).revokeSession({ sessionId: otherId })
    expect(await actorOf(other.header())).toEqual({ type: 'anonymous' })
    expect(await actorOf(browser.header())).toMatchObject({ type: 'user' })
    expect(h.events).toEqual([{ type: 'sessions-revoked', userId: me.id, sessionIds: [otherId], reason: 'signed-out' }])

    await (await h.as(other)).login({ email, password: GOOD_PASSWORD })
    expect(await (await h.as(browser)).revokeOtherSessions()).toEqual({ ended: 1 })
    expect(await actorOf(other.header())).toEqual({ type: 'anonymous' })
    expect(await (await h.as(browser)).sessions()).toHaveLength(1)
  })

  it('says at most which role its row gives, and nothing once the account is suspended', async () => {
    const { browser, me } = await h.signedIn()
    await db.prisma.user.update({ where: { id: me.id }, data: { suspendedAt: new Date() } })
    expect(await codeOf((await h.as(browser)).sessions())).toBe('suspended')
    expect(await (await h.as(browser)).state()).toMatchObject({ me: null })
  })
})

describe('changing the password', () => {
  it('demands the current one and ends every other session', async () => {
    const { browser, email, me } = await h.signedIn()
    const other = h.openBrowser()
    await (await h.as(other)).login({ email, password: GOOD_PASSWORD })
    const caller = await h.as(browser)
    expect(await codeOf(caller.changePassword({ current: null, next: OTHER_PASSWORD }))).toBe('invalid_credentials')
    expect(await codeOf(caller.changePassword({ current: 'wrong wrong wrong', next: OTHER_PASSWORD }))).toBe(
      'invalid_credentials',
    )
    expect(await codeOf(caller.changePassword({ current: GOOD_PASSWORD, next: 'passwordpassword' }))).toBe(
      'weak_password',
    )
    await caller.changePassword({ current: GOOD_PASSWORD, next: OTHER_PASSWORD })

    expect(await h.auth.resolveActor({ headers: { cookie: other.header() } })).toEqual({ type: 'anonymous' })
    expect(await h.auth.resolveActor({ headers: { cookie: browser.header() } })).toMatchObject({ type: 'user' })
    expect(h.events).toMatchObject([{ type: 'sessions-revoked', userId: me.id, reason: 'signed-out' }])
    expect(await codeOf((await h.as(h.openBrowser())).login({ email, password: GOOD_PASSWORD }))).toBe(
      'invalid_credentials',
    )
    expect(await codeOf((await h.as(h.openBrowser())).login({ email, password: OTHER_PASSWORD }))).toBe('no error')
  })

  it('lets one of two simultaneous changes win', async () => {
    const { browser } = await h.signedIn()
    const callers = await Promise.all([h.as(browser), h.as(browser)])
    const codes = await Promise.all(
      callers.map((caller, i) =>
        codeOf(caller.changePassword({ current: GOOD_PASSWORD, next: `${OTHER_PASSWORD} ${i}` })),
      ),
    )
    expect(codes.toSorted()).toEqual(['conflict', 'no error'])
  })
})

describe('a reset link', () => {
  const linkFor = async (id: string) => {
    const { url } = await db.prisma.$transaction((tx) =>
      h.auth.ports.issueLink(tx, { kind: 'password_reset', userId: id as never }, newId()),
    )
    expect(url).toMatch(/^http:\/\/localhost:3000\/reset\/[\w-]{43}$/)
    return url.split('/').at(-1) ?? ''
  }

  it('sets the password once, also when used twice at once, and ends every session', async () => {
    const { browser, me, email } = await h.signedIn()
    const [token, spare] = [await linkFor(me.id), await linkFor(me.id)]
    const stranger = await h.as(h.openBrowser())
    expect(await codeOf(stranger.resetPreview({ token }))).toBe('no error')
    expect(await codeOf(stranger.resetPassword({ token, password: 'too short' }))).toBe('weak_password')
    const codes = await Promise.all(
      [1, 2].map((i) => codeOf(stranger.resetPassword({ token, password: `${OTHER_PASSWORD} ${i}` }))),
    )
    expect(codes.toSorted()).toEqual(['link_invalid', 'no error'])
    expect(await codeOf(stranger.resetPreview({ token }))).toBe('link_invalid')
    const winner = codes.indexOf('no error') + 1
    expect(await codeOf((await h.as(h.openBrowser())).login({ email, password: `${OTHER_PASSWORD} ${winner}` }))).toBe(
      'no error',
    )
    expect(await h.auth.resolveActor({ headers: { cookie: browser.header() } })).toEqual({ type: 'anonymous' })
    expect(h.events).toEqual([{ type: 'sessions-revoked', userId: me.id, sessionIds: 'all', reason: 'signed-out' }])
    expect(await codeOf(stranger.resetPassword({ token: spare, password: OTHER_PASSWORD }))).toBe('link_invalid')
  })

  it('is worth nothing after a day, as another kind of link, or invented', async () => {
    const { id } = await h.createPerson()
    const token = await linkFor(id)
    const stranger = await h.as(h.openBrowser())
    expect(await codeOf(stranger.invitePreview({ token }))).toBe('link_invalid')
    expect(await codeOf(stranger.resetPassword({ token: newToken(), password: OTHER_PASSWORD }))).toBe('link_invalid')
    expect(await codeOf(stranger.resetPassword({ token: hashToken(token), password: OTHER_PASSWORD }))).toBe(
      'bad_request',
    )
    const invite = await platformInvite()
    expect(await codeOf(stranger.resetPassword({ token: invite, password: OTHER_PASSWORD }))).toBe('link_invalid')
    expect(await codeOf(stranger.resetPreview({ token: invite }))).toBe('link_invalid')
    expect(await codeOf(stranger.invitePreview({ token: invite }))).toBe('no error')
    h.clock.now += 24 * 3_600_000
    expect(await codeOf(stranger.resetPreview({ token }))).toBe('link_invalid')
    expect(await codeOf(stranger.resetPassword({ token, password: OTHER_PASSWORD }))).toBe('link_invalid')
  })

  it('beats a login that had already checked the old password', async () => {
    const { id, email } = await h.createPerson()
    const token = await linkFor(id)
    let beforeCommit = async () => {}
    const prisma = new Proxy(db.prisma, {
      get: (client, key) =>
        key === '$transaction'
          ? (work: Parameters<typeof client.$transaction>[0]) => beforeCommit().then(() => client.$transaction(work))
          : (Reflect.get(client, key) as unknown),
    })
    const slow = createAuthHarness({ ...db, prisma })
    beforeCommit = async () => (await h.as(h.openBrowser())).resetPassword({ token, password: OTHER_PASSWORD })
    const attacker = slow.openBrowser()
    expect(await codeOf((await slow.as(attacker)).login({ email, password: GOOD_PASSWORD }))).toBe(
      'invalid_credentials',
    )
    expect(attacker.cookies.size).toBe(0)
    expect(await db.prisma.session.count({ where: { userId: id } })).toBe(0)
  })
})

describe('the profile', () => {
  it('keeps what is left out', async () => {
    const { browser } = await h.signedIn()
    const caller = await h.as(browser)
    await caller.updateProfile({ preferences: { theme: 'dark', fontSize: 16 }, locale: 'ko' })
    const me = await caller.updateProfile({ name: '  민아  ', preferences: { tabSize: 4 } })
    expect(me).toMatchObject({
      name: '민아',
      locale: 'ko',
      preferences: { theme: 'dark', fontSize: 16, tabSize: 4, density: 'default' },
    })
    expect(await caller.updateProfile({ locale: null })).toMatchObject({ name: '민아', locale: null })
  })

  it('refuses invisible names, unknown settings of the account, and numbers out of range', async () => {
    const { browser, me } = await h.signedIn()
    const caller = await h.as(browser)
    const inputs = [
      { name: '' },
      { name: '\u202Egnp.exe' },
      { name: 'a\0b' },
      { name: 'x'.repeat(81) },
      { platformRole: 'admin' },
      { preferences: { fontSize: Number.NaN } },
      { preferences: { fontSize: -1 } },
      { preferences: { fontSize: 2 ** 53 } },
      JSON.parse('{"__proto__":{"name":"x"}}'),
    ]
    for (const input of inputs) expect(await codeOf(caller.updateProfile(input as never))).toBe('bad_request')
    expect(await (await h.as(browser)).state()).toMatchObject({ me })
  })

  it('stores a name with half a surrogate pair without failing', async () => {
    const { browser } = await h.signedIn()
    expect(['no error', 'bad_request']).toContain(
      await codeOf((await h.as(browser)).updateProfile({ name: 'a\uD83D' })),
    )
  })
})

describe('a guest', () => {
  async function createGuest(overrides: { removedAt?: Date; userId?: string } = {}) {
    const workspace = await db.prisma.workspace.create({ data: { id: newId(), name: 'W', volumeId: newId() } })
    const link = await db.prisma.shareLink.create({
      data: {
        id: newId(),
        tokenHash: hashToken(newToken()),
        workspaceId: workspace.id,
        createdBy: newId(),
        expiresAt: new Date(h.clock.now + 60_000),
      },
    })
    const token = newToken()
    await db.prisma.guest.create({
      data: { id: newId(), tokenHash: hashToken(token), linkId: link.id, name: 'Otter', color: 3, ...overrides },
    })
    return {
      workspace,
      link,
      resolve: () => h.auth.resolveActor({ headers: { cookie: `pairloom-guest=${token}` } }),
      token,
    }
  }

  it('is known by the link while it lasts', async () => {
    const { workspace, link, resolve } = await createGuest()
    expect(await resolve()).toMatchObject({ type: 'guest', workspaceId: workspace.id, linkId: link.id, name: 'Otter' })
    h.clock.now += 60_000
    expect(await resolve()).toEqual({ type: 'anonymous' })
  })

  it('is nobody once removed, revoked, or without the workspace', async () => {
    expect(await (await createGuest({ removedAt: new Date() })).resolve()).toEqual({ type: 'anonymous' })
    const revoked = await createGuest()
    await db.prisma.shareLink.update({ where: { id: revoked.link.id }, data: { revokedAt: new Date() } })
    expect(await revoked.resolve()).toEqual({ type: 'anonymous' })
    const deleted = await createGuest()
    await db.prisma.workspace.update({ where: { id: deleted.workspace.id }, data: { deletedAt: new Date() } })
    expect(await deleted.resolve()).toEqual({ type: 'anonymous' })
    expect(await (await createGuest({ userId: newId() })).resolve()).toEqual({ type: 'anonymous' })
  })

  it('is a person first where both cookies are there', async () => {
    const { token } = await createGuest()
    const { browser, me } = await h.signedIn()
    const cookie = `pairloom-guest=${token}; ${browser.header()}`
    expect(await h.auth.resolveActor({ headers: { cookie } })).toMatchObject({ type: 'user', userId: me.id })
  })
})
