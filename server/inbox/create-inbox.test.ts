import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoticeFacts } from '#shared/api/inbox.ts'
import type { SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import { createCallerFactory, type RequestContext } from '#server/platform/trpc.ts'
import { createInbox } from './create-inbox.ts'

let database: TestDatabase
let inbox: ReturnType<typeof createInbox>
let time = Date.UTC(2026, 10, 23, 12)
const told: UserId[] = []
beforeAll(async () => {
  database = await createTestDatabase()
  inbox = createInbox({ pool: database.pool, onChanged: (id) => told.push(id), now: () => time })
})
afterAll(() => database.close())

const facts: NoticeFacts = {
  kind: 'budget',
  state: 'nearly',
  scope: 'user',
  keyName: null,
  period: 'day',
  startsAt: '2026-11-23T00:00:00.000Z',
  beginsAnewAt: '2026-11-24T00:00:00.000Z',
  usedShare: 0.8,
}
const contextOf = (userId: UserId): RequestContext => ({
  actor: {
    type: 'user',
    userId,
    sessionId: newId<SessionId>(),
    name: 'Me',
    color: 1,
    isSuspended: false,
    isPlatformAdmin: false,
  },
  requestId: newId(),
  address: '192.0.2.1',
  userAgent: 'a test',
  cookies: new Map(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
  loadWorkspace: () => Promise.resolve(null),
  setCookie: () => undefined,
})
const as = (userId: UserId) => createCallerFactory(inbox.router)(contextOf(userId))
const tell = (people: UserId[], key: string, workspaceId: WorkspaceId | null = null) =>
  inbox.tell({ people, workspaceId, key, facts })

describe('an inbox', () => {
  it('keeps what a person was told until they have read it, and tells their tabs', async () => {
    const me = newId<UserId>()
    await tell([me], 'one')
    time += 1000
    await tell([me], 'two')
    expect(told.splice(0)).toEqual([me, me])
    const { notices } = await as(me).list()
    expect(notices.map(({ isRead, workspace, facts: f }) => [isRead, workspace, f])).toEqual([
      [false, null, facts],
      [false, null, facts],
    ])
    expect(notices[0]!.at > notices[1]!.at).toBe(true)
    await as(me).markRead({ ids: [notices[0]!.id] })
    expect((await as(me).list()).notices.map((n) => n.isRead)).toEqual([true, false])
    expect(told.splice(0)).toEqual([me])
  })

  it('tells nobody twice of the same, though several servers try', async () => {
    const [me, you] = [newId<UserId>(), newId<UserId>()]
    await Promise.all([tell([me, you], 'same'), tell([you, me], 'same'), tell([me], 'same')])
    expect((await as(me).list()).notices).toHaveLength(1)
    expect(told.splice(0).toSorted()).toEqual([me, you].toSorted())
  })

  it('is nobody else’s to read or to mark', async () => {
    const [me, you] = [newId<UserId>(), newId<UserId>()]
    await tell([me], 'mine')
    const [mine] = (await as(me).list()).notices
    await as(you).markRead({ ids: [mine!.id] })
    expect((await as(you).list()).notices).toEqual([])
    expect((await as(me).list()).notices[0]?.isRead).toBe(false)
  })

  it('hides what is of a workspace from who has left it, and with the workspace', async () => {
    const me = newId<UserId>()
    const workspaceId = newId<WorkspaceId>()
    await database.prisma.user.create({ data: { id: me, email: `${me}@example.org`, name: 'Me', color: 1 } })
    await database.prisma.workspace.create({ data: { id: workspaceId, name: 'ledger', volumeId: newId() } })
    const where = { workspaceId_userId: { workspaceId, userId: me } }
    await database.prisma.membership.create({ data: { workspaceId, userId: me, role: 'editor' } })
    await tell([me], 'there', workspaceId)
    expect((await as(me).list()).notices[0]?.workspace).toEqual({ id: workspaceId, name: 'ledger' })
    await database.prisma.workspace.update({ where: { id: workspaceId }, data: { deletedAt: new Date() } })
    expect((await as(me).list()).notices).toEqual([])
    await database.prisma.workspace.update({ where: { id: workspaceId }, data: { deletedAt: null } })
    await database.prisma.membership.delete({ where })
    expect((await as(me).list()).notices).toEqual([])
  })

  it('forgets after three months', async () => {
    const me = newId<UserId>()
    await tell([me], 'old')
    time += 90 * 86_400_000
    await inbox.sweep()
    expect((await as(me).list()).notices).toHaveLength(1)
    time += 1
    await inbox.sweep()
    expect((await as(me).list()).notices).toEqual([])
  })
})
