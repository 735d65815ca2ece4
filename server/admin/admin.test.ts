import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import type { UserId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newId, newToken } from '#server/platform/tokens.ts'
import { appCodeOf, createCallerFactory } from '#server/platform/trpc.ts'
import { createAdmin } from './admin.ts'
import { createFakeAccounts, contextOf } from './testing/fakes.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'no error'> =>
  work.then(() => 'no error' as const, appCodeOf)

const createCallerFor = (admin: ReturnType<typeof createAdmin>) => createCallerFactory(admin.router)

let events: ControlEvent[]
let inside: Record<string, number>
let createCaller: ReturnType<typeof createCallerFor>
beforeEach(async () => {
  await db.prisma.user.deleteMany()
  await db.prisma.workspace.deleteMany()
  await db.prisma.setting.deleteMany()
  events = []
  inside = {}
  const control = createControlBus((error) => {
    throw error
  })
  control.subscribe((event) => events.push(event))
  const accounts = createFakeAccounts(db.prisma)
  const admin = createAdmin({ prisma: db.prisma, control, accounts, peopleInside: (id) => inside[id] ?? 0 })
  createCaller = createCallerFor(admin)
})

async function createPerson(
  overrides: {
    platformRole?: 'admin' | 'user'
    name?: string
    email?: string
    createdAt?: Date
    suspendedAt?: Date
  } = {},
) {
  const id = newId<UserId>()
  await db.prisma.user.create({
    data: { id, email: `${randomUUID()}@example.com`, name: 'Someone', color: 1, ...overrides },
  })
  return id
}
const createSession = (userId: string) =>
  db.prisma.session.create({
    data: {
      id: newId(),
      tokenHash: newToken(),
      userId,
      expiresAt: new Date(Date.now() + 60_000),
      absoluteExpiresAt: new Date(Date.now() + 60_000),
    },
  })
const as = (userId: UserId, isPlatformAdmin = true) => createCaller(contextOf({ userId, isPlatformAdmin }))
const auditOf = (targetId: string) => db.prisma.auditEvent.findMany({ where: { targetId }, orderBy: { id: 'asc' } })

describe('every procedure', () => {
  it('refuses everyone but a platform admin', async () => {
    const target = await createPerson()
    const calls = (caller: ReturnType<typeof createCaller>) => [
      caller.people({}),
      caller.sessions({ userId: target }),
      caller.setPlatformRole({ userId: target, role: 'admin' }),
      caller.setSuspended({ userId: target, isSuspended: true }),
      caller.revokeSessions({ userId: target }),
      caller.createResetLink({ userId: target }),
      caller.createInvite(),
      caller.workspaces({}),
      caller.settings(),
      caller.updateSettings({ signUp: 'open' }),
    ]
    const expected = {
      anonymous: createCaller(contextOf('anonymous')),
      forbidden: as(await createPerson(), false),
      suspended: createCaller(contextOf({ userId: await createPerson(), isPlatformAdmin: true, isSuspended: true })),
    }
    expect(await Promise.all(calls(expected.anonymous).map(codeOf))).toEqual(Array(10).fill('unauthenticated'))
    expect(await Promise.all(calls(expected.forbidden).map(codeOf))).toEqual(Array(10).fill('forbidden'))
    expect(await Promise.all(calls(expected.suspended).map(codeOf))).toEqual(Array(10).fill('suspended'))
    expect(Object.keys(createAdmin({} as never).router._def.procedures)).toHaveLength(10)
    expect(await db.prisma.user.findUniqueOrThrow({ where: { id: target } })).toMatchObject({
      platformRole: 'user',
      suspendedAt: null,
    })
  })
})

describe('people', () => {
  it('come newest first, page by page, each once, also where many were made in the same moment', async () => {
    const createdAt = new Date('2026-01-01T00:00:00Z')
    const me = await createPerson({ platformRole: 'admin', createdAt: new Date('2026-02-01T00:00:00Z') })
    for (let i = 0; i < 5; i += 1) await createPerson({ createdAt })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await as(me).people({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.total).toBe(6)
      seen.push(...page.rows.map((row) => row.id))
      cursor = page.nextCursor
      // Someone new arrives between two pages and shifts nothing.
      if (seen.length === 2)
        await createPerson({ createdAt: new Date('2026-03-01T00:00:00Z') }).then((id) =>
          db.prisma.user.delete({ where: { id } }),
        )
    } while (cursor !== undefined)
    expect(seen).toHaveLength(6)
    expect(new Set(seen).size).toBe(6)
    expect(seen[0]).toBe(me)
  })

  it('are found by name and e-mail, with wildcards meaning themselves', async () => {
    const me = await createPerson({ platformRole: 'admin', name: 'Root' })
    await createPerson({ name: '김민아', email: 'mina@example.org' })
    await createPerson({ name: '100%_sure\\', email: 'sure@example.org' })
    const search = async (text: string) => (await as(me).people({ search: text })).rows.map((row) => row.name)
    expect(await search('민아')).toEqual(['김민아'])
    expect(await search('MINA@')).toEqual(['김민아'])
    expect(await search('%')).toEqual(['100%_sure\\'])
    expect(await search('_')).toEqual(['100%_sure\\'])
    expect(await search('\\')).toEqual(['100%_sure\\'])
    expect(await search("'; drop table user_account; --")).toEqual([])
    expect(await search('x\0y')).toEqual([])
    expect((await as(me).people({ search: '민아' })).total).toBe(1)
  })

  it('show role, suspension, live sessions and workspaces', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const id = await createPerson({ suspendedAt: new Date() })
    await createSession(id)
    await db.prisma.session.create({
      data: { id: newId(), tokenHash: newToken(), userId: id, expiresAt: new Date(0), absoluteExpiresAt: new Date(0) },
    })
    for (const deletedAt of [null, new Date()]) {
      const workspace = await db.prisma.workspace.create({
        data: { id: newId(), name: 'W', volumeId: newId(), deletedAt },
      })
      await db.prisma.membership.create({ data: { workspaceId: workspace.id, userId: id, role: 'owner' } })
    }
    const { rows } = await as(me).people({})
    expect(rows.find((row) => row.id === id)).toMatchObject({
      role: 'user',
      isSuspended: true,
      sessionCount: 1,
      workspaceCount: 1,
      isMe: false,
    })
    expect(rows.find((row) => row.id === me)).toMatchObject({ role: 'admin', isMe: true })
  })

  it('refuse a forged cursor and limits out of range', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    for (const cursor of ['x', '1.short', `999999999999999.${newId()}x`, `-1.${newId()}`, "1.' or 1=1"]) {
      expect(await codeOf(as(me).people({ cursor }))).toBe('bad_request')
    }
    for (const limit of [0, -1, 201, Number.NaN, 2 ** 53, 1.5])
      expect(await codeOf(as(me).people({ limit }))).toBe('bad_request')
  })
})

describe('the platform role', () => {
  it('is given and taken with an audit row each', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const id = await createPerson()
    await as(me).setPlatformRole({ userId: id, role: 'admin' })
    await as(me).setPlatformRole({ userId: id, role: 'admin' })
    await as(me).setPlatformRole({ userId: id, role: 'user' })
    expect(await auditOf(id)).toMatchObject([
      { action: 'person.role-changed', actorType: 'user', actorId: me, details: { platformRole: 'user → admin' } },
      { action: 'person.role-changed', details: { platformRole: 'admin → user' } },
    ])
  })

  it('of the last admin who can sign in cannot be taken', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    await createPerson({ platformRole: 'admin', suspendedAt: new Date() })
    expect(await codeOf(as(me).setPlatformRole({ userId: me, role: 'user' }))).toBe('last_admin')
    expect(await db.prisma.user.findUniqueOrThrow({ where: { id: me } })).toMatchObject({ platformRole: 'admin' })
    expect(await auditOf(me)).toEqual([])
  })

  it('survives two admins who demote or suspend each other in the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      await db.prisma.user.deleteMany()
      const [a, b] = [await createPerson({ platformRole: 'admin' }), await createPerson({ platformRole: 'admin' })]
      const codes = await Promise.all([
        codeOf(as(a).setPlatformRole({ userId: b, role: 'user' })),
        codeOf(
          round % 2 === 0
            ? as(b).setPlatformRole({ userId: a, role: 'user' })
            : as(b).setSuspended({ userId: a, isSuspended: true }),
        ),
      ])
      expect(codes.filter((code) => code === 'no error')).toHaveLength(1)
      expect(await db.prisma.user.count({ where: { platformRole: 'admin', suspendedAt: null } })).toBe(1)
    }
  })

  it('refuses an unknown role and a missing person', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    expect(await codeOf(as(me).setPlatformRole({ userId: me, role: 'owner' as never }))).toBe('bad_request')
    expect(await codeOf(as(me).setPlatformRole({ userId: newId(), role: 'admin' }))).toBe('not_found')
    expect(await codeOf(as(me).setPlatformRole({ userId: '../etc' as never, role: 'admin' }))).toBe('bad_request')
  })
})

describe('suspension', () => {
  it('ends every session, tells the sockets why, and can be undone', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const id = await createPerson()
    await createSession(id)
    await createSession(id)
    await as(me).setSuspended({ userId: id, isSuspended: true })
    expect(await db.prisma.session.count({ where: { userId: id } })).toBe(0)
    expect(events).toEqual([{ type: 'sessions-revoked', userId: id, sessionIds: 'all', reason: 'suspended' }])
    await as(me).setSuspended({ userId: id, isSuspended: false })
    expect(await db.prisma.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ suspendedAt: null })
    expect((await auditOf(id)).map((row) => row.action)).toEqual(['person.suspended', 'person.unsuspended'])
    expect(events).toHaveLength(1)
  })

  it('is never of oneself, nor by someone who was demoted a moment ago', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const demoted = await createPerson()
    expect(await codeOf(as(me).setSuspended({ userId: me, isSuspended: true }))).toBe('forbidden')
    expect(await codeOf(as(demoted).setSuspended({ userId: me, isSuspended: true }))).toBe('forbidden')
    expect(events).toEqual([])
  })
})

describe('sessions and links', () => {
  it('of a person can be ended by an admin', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const id = await createPerson()
    await createSession(id)
    expect(await as(me).revokeSessions({ userId: id })).toEqual({ ended: 1 })
    expect(events).toEqual([{ type: 'sessions-revoked', userId: id, sessionIds: 'all', reason: 'signed-out' }])
    expect(await auditOf(id)).toMatchObject([{ action: 'person.sessions-revoked', details: { count: 1 } }])
    expect(await codeOf(as(me).revokeSessions({ userId: newId() }))).toBe('not_found')
  })

  it('are made with an audit row that does not hold the secret', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const id = await createPerson()
    const { url } = await as(me).createResetLink({ userId: id })
    const rows = await auditOf(id)
    expect(rows).toMatchObject([{ action: 'person.reset-link-created', actorId: me }])
    const secret = url.split('/').at(-1) ?? ''
    expect(secret).toHaveLength(43)
    const all = await db.prisma.auditEvent.findMany()
    expect(JSON.stringify(all.map(({ id: rowId, ...row }) => ({ ...row, id: String(rowId) })))).not.toContain(secret)
    expect(await codeOf(as(me).createResetLink({ userId: newId() }))).toBe('not_found')
  })

  it('for new people are not made while sign-up is closed', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    expect((await as(me).createInvite()).url).toMatch(/\/invite\/[\w-]{43}$/)
    await as(me).updateSettings({ signUp: 'closed' })
    expect(await codeOf(as(me).createInvite())).toBe('sign_up_closed')
  })
})

describe('settings', () => {
  it('are changed with old and new value in the audit log', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    expect(await as(me).settings()).toEqual({ signUp: 'invite' })
    expect(await as(me).updateSettings({ signUp: 'open' })).toEqual({ signUp: 'open' })
    expect(await as(me).updateSettings({ signUp: 'open' })).toEqual({ signUp: 'open' })
    const rows = await db.prisma.auditEvent.findMany({ where: { actorId: me } })
    expect(rows).toMatchObject([{ action: 'settings.changed', details: { signUp: 'invite → open' } }])
    expect(await codeOf(as(me).updateSettings({ signUp: 'sometimes' as never }))).toBe('bad_request')
  })
})

describe('workspaces', () => {
  it('are listed with owner and sizes, also deleted ones, but not half-imported ones', async () => {
    const me = await createPerson({ platformRole: 'admin' })
    const owner = await createPerson({ name: 'Owner Person' })
    const create = async (data: { name: string; deletedAt?: Date; importId?: string }) => {
      const id = newId<string>()
      await db.prisma.workspace.create({ data: { id, volumeId: newId(), ...data } })
      await db.prisma.membership.create({ data: { workspaceId: id, userId: owner, role: 'owner' } })
      return id
    }
    const live = await create({ name: 'Harbour' })
    await create({ name: 'Sunk', deletedAt: new Date() })
    await create({ name: 'Half', importId: newId() })
    for (const deletedAt of [null, new Date()]) {
      await db.prisma.document.create({
        data: { id: newId(), workspaceId: live, path: newId(), realPath: 'x', deletedAt },
      })
    }
    inside = { [live]: 3 }
    const { rows, total } = await as(me).workspaces({})
    expect(total).toBe(2)
    expect(Object.fromEntries(rows.map((row) => [row.name, row.isDeleted]))).toEqual({ Harbour: false, Sunk: true })
    expect(rows.find((row) => row.id === live)).toMatchObject({
      owner: 'Owner Person',
      memberCount: 1,
      peopleInside: 3,
      documentCount: 1,
    })
    expect((await as(me).workspaces({ search: 'owner per' })).total).toBe(2)
    expect((await as(me).workspaces({ search: 'harb' })).rows.map((row) => row.id)).toEqual([live])
  })
})
