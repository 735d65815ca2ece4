import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { GuestId, WorkspaceId } from '#shared/ids.ts'
import { guestCookieName } from '#server/platform/cookies.ts'
import { type Browser, codeOf, createTestWorkspaces, type TestWorkspaces } from './testing.ts'

let test: TestWorkspaces
let mina: UserActor
let workspaceId: WorkspaceId
beforeAll(async () => {
  test = await createTestWorkspaces()
  mina = await test.person('Mina')
  workspaceId = await test.workspaceOf(mina)
})
afterAll(() => test.close())

async function newLink(hours = 24) {
  const { url, linkId } = await test.as(mina).createLink({ workspaceId, expiresInHours: hours, label: 'for reviewers' })
  return { linkId, token: url.replace('http://localhost:3000/g/', '') }
}

const join = async (browser: Browser, token: string) => {
  const joined = await test.by(browser).joinAsGuest({ token })
  browser.actor = await test.guestOf(browser)
  return joined
}

describe('share links', () => {
  it('shows a guest the workspace, the expiry and the name they then have', async () => {
    const { token } = await newLink(2)
    const browser = test.browser()

    const preview = await test.by(browser).guestPreview({ token })
    const joined = await join(browser, token)

    const expiresAt = new Date(test.clock.now + 2 * 3_600_000).toISOString()
    expect(preview).toEqual({ workspaceId, workspaceName: 'Tides', expiresAt, name: joined.name })
    expect(joined.name).toMatch(/^Guest [A-Z][a-z]+$/)
    expect(test.guestsJoined.at(-1)).toMatchObject({ workspaceId, name: joined.name })
  })

  it('gives a guest the role link and nothing but reading', async () => {
    const { token } = await newLink()
    const browser = test.browser()
    await join(browser, token)
    const guest = test.by(browser)

    expect((await guest.get({ workspaceId })).role).toBe('link')
    expect(await codeOf(guest.members({ workspaceId }))).toBe('forbidden')
    expect(await codeOf(guest.rename({ workspaceId, name: 'Mine' }))).toBe('forbidden')
    expect(await codeOf(guest.list())).toBe('forbidden')
    expect(await codeOf(guest.get({ workspaceId: await test.workspaceOf(mina) }))).toBe('not_found')
  })

  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const { token } = await newLink(1)
    const browser = test.browser()
    const cookies: string[] = []
    const context = { ...test.contextOf(browser), setCookie: (cookie: string) => void cookies.push(cookie) }

    await test.callWith(context).joinAsGuest({ token })

    const cookie = cookies.find((c) => c.startsWith(`${guestCookieName(false)}=`)) ?? ''
    expect(cookie).toMatch(/^pairloom-guest=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/)
    const stored = await test.prisma.guest.findMany({ where: { link: { workspaceId } } })
    expect(JSON.stringify(stored)).not.toContain(cookie.slice(15, 58))
  })

  it('gives twenty browsers that join at once twenty names', async () => {
    const { token } = await newLink()

    const joined = await Promise.all(Array.from({ length: 20 }, () => test.by(test.browser()).joinAsGuest({ token })))

    expect(new Set(joined.map(({ name }) => name)).size).toBe(20)
  })

  it('knows a browser that comes back, and counts it once', async () => {
    const { token, linkId } = await newLink()
    const browser = test.browser()
    const first = await join(browser, token)
    const again = await join(browser, token)

    expect(again.name).toBe(first.name)
    const link = (await test.as(mina).links({ workspaceId })).find((l) => l.id === linkId)
    expect(link?.guests).toHaveLength(1)
  })

  it('does not let a removed guest back in by the same link, and keeps them listed', async () => {
    const { token, linkId } = await newLink()
    const browser = test.browser()
    await join(browser, token)
    const { guestId } = await test.guestOf(browser)

    await test.as(mina).removeGuest({ workspaceId, guestId })

    expect(test.controlEvents.at(-1)).toEqual({ type: 'guest-removed', workspaceId, guestId })
    expect(await codeOf(test.by(browser).get({ workspaceId }))).toBe('not_found')
    // As the border resolves the cookie of a removed guest.
    browser.actor = { type: 'anonymous' }
    expect(await codeOf(test.by(browser).joinAsGuest({ token }))).toBe('link_invalid')
    expect(await codeOf(test.by(browser).guestPreview({ token }))).toBe('link_invalid')
    const link = (await test.as(mina).links({ workspaceId })).find((l) => l.id === linkId)
    expect(link?.guests).toMatchObject([{ id: guestId, isRemoved: true, isInside: false }])
  })

  it('remembers a removed guest after a visit by another link', async () => {
    const [one, two] = [await newLink(), await newLink()]
    const browser = test.browser()
    await join(browser, one.token)
    const { guestId } = await test.guestOf(browser)
    await test.as(mina).removeGuest({ workspaceId, guestId })
    browser.actor = { type: 'anonymous' }

    await join(browser, two.token)
    browser.actor = { type: 'anonymous' }

    expect(await codeOf(test.by(browser).joinAsGuest({ token: one.token }))).toBe('link_invalid')
  })

  it('lets a signed-in person in under their own name, and remembers their removal by the account', async () => {
    const { token } = await newLink()
    const jun = await test.person('Jun')
    const browser = test.browser(jun)

    expect(await test.by(browser).guestPreview({ token })).toMatchObject({ name: 'Jun' })
    expect(await test.by(browser).joinAsGuest({ token })).toEqual({ workspaceId, name: 'Jun' })

    expect(browser.cookies.has(guestCookieName(false))).toBe(false)
    expect(await test.as(jun).get({ workspaceId })).toMatchObject({ role: 'link' })
    expect(await test.as(jun).list()).toMatchObject([{ id: workspaceId, role: 'link' }])
    const row = await test.prisma.guest.findFirstOrThrow({ where: { userId: jun.userId } })
    await test.as(mina).removeGuest({ workspaceId, guestId: row.id as GuestId })
    expect(await codeOf(test.as(jun).get({ workspaceId }))).toBe('not_found')
    expect(await codeOf(test.as(jun).joinAsGuest({ token }))).toBe('link_invalid')
  })

  it('makes no guest of a member', async () => {
    const { token, linkId } = await newLink()

    expect(await test.as(mina).joinAsGuest({ token })).toEqual({ workspaceId, name: 'Mina' })

    expect(await test.prisma.guest.count({ where: { linkId } })).toBe(0)
  })

  it('ends with its revocation, its expiry or its workspace', async () => {
    const [revoked, expired] = [await newLink(), await newLink(1)]
    const browser = test.browser()
    await join(browser, revoked.token)

    await test.as(mina).revokeLink({ workspaceId, linkId: revoked.linkId })
    expect(test.controlEvents.at(-1)).toEqual({ type: 'link-revoked', workspaceId, linkId: revoked.linkId })
    expect(await codeOf(test.by(browser).get({ workspaceId }))).toBe('not_found')
    expect(await codeOf(test.as(mina).revokeLink({ workspaceId, linkId: revoked.linkId }))).toBe('not_found')
    const elsewhere = await test.workspaceOf(mina)
    const { url } = await test.as(mina).createLink({ workspaceId: elsewhere, expiresInHours: 9, label: '' })
    const orphaned = { token: url.replace('http://localhost:3000/g/', '') }
    await test.as(mina).delete({ workspaceId: elsewhere })
    test.clock.now += 3_600_000
    const stranger = test.by(test.browser())
    for (const { token } of [revoked, expired, orphaned, { token: 'x'.repeat(43) }]) {
      expect(await codeOf(stranger.guestPreview({ token }))).toBe('link_invalid')
      expect(await codeOf(stranger.joinAsGuest({ token }))).toBe('link_invalid')
    }
  })

  it('can be revoked by a platform admin from outside, who still reads nothing', async () => {
    const { linkId } = await newLink()
    const root = await test.person('Root', { isPlatformAdmin: true })

    expect(await codeOf(test.as(root).links({ workspaceId }))).toBe('forbidden')
    await test.as(root).revokeLink({ workspaceId, linkId })

    const rows = await test.prisma.auditEvent.findMany({
      where: { workspaceId, action: 'link.revoked', actorId: root.userId },
    })
    expect(rows).toMatchObject([{ targetId: linkId }])
  })

  it('is made and revoked only by those who may share', async () => {
    const editor = await test.person('Editor')
    await test.prisma.membership.create({ data: { workspaceId, userId: editor.userId, role: 'editor' } })
    const { linkId } = await newLink()
    const elsewhere = await test.workspaceOf(mina)

    const input = { workspaceId, expiresInHours: 1, label: '' }
    expect(await codeOf(test.as(editor).createLink(input))).toBe('forbidden')
    expect(await codeOf(test.as(editor).revokeLink({ workspaceId, linkId }))).toBe('forbidden')
    expect(await codeOf(test.as(mina).revokeLink({ workspaceId: elsewhere, linkId }))).toBe('not_found')
    for (const expiresInHours of [0, -1, 1.5, Number.NaN, 1e9]) {
      expect(await codeOf(test.as(mina).createLink({ ...input, expiresInHours }))).toBe('BAD_REQUEST')
    }
  })
})
