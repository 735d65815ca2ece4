import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionId } from '#shared/ids.ts'
import { ANONYMOUS } from '#shared/access/actor.ts'
import { createTestEvents, disconnected, next, send, type TestEvents } from './testing.ts'

let test: TestEvents
beforeEach(async () => {
  test = await createTestEvents({ recheckMs: 20 })
})
afterEach(() => test.close())

describe('a change of access reaches live sockets', () => {
  it('takes a removed member out of the room and tells each of their tabs', async () => {
    const workspaceId = test.workspace()
    const [mina, jun] = [test.user('Mina'), test.user('Jun')]
    for (const actor of [mina, jun]) test.setRole(workspaceId, actor, 'editor')
    const [watcher, inside, elsewhere] = [await test.connect(jun), await test.connect(mina), await test.connect(mina)]
    for (const client of [watcher, inside]) await send(client, 'workspace.join', { workspaceId })
    const told = [inside, elsewhere].map((client) => next(client, 'role.changed'))
    const gone = next(watcher, 'presence.changed', ({ people }) => people.length === 1)

    test.setRole(workspaceId, mina, null)
    test.control.publish({ type: 'role-changed', workspaceId, userId: mina.userId, role: null })

    expect(await Promise.all(told)).toEqual([
      { workspaceId, role: null },
      { workspaceId, role: null },
    ])
    expect((await gone).people.map((p) => p.name)).toEqual(['Jun'])
    const overheard: unknown[] = []
    inside.on('file.gone', (event) => overheard.push(event))
    const heard = next(watcher, 'file.gone')
    test.events.broadcast(workspaceId, 'file.gone', { workspaceId, documentId: workspaceId as never, path: 'a.ts' })
    await heard
    await send(inside, 'import.watch', {})
    expect(overheard).toEqual([])
  })

  it('shows a promotion at once, without another join', async () => {
    const workspaceId = test.workspace()
    const mina = test.user('Mina')
    test.setRole(workspaceId, mina, 'viewer')
    const tab = await test.connect(mina)
    await send(tab, 'workspace.join', { workspaceId })
    const told = next(tab, 'role.changed')

    test.setRole(workspaceId, mina, 'editor')
    test.control.publish({ type: 'role-changed', workspaceId, userId: mina.userId, role: 'editor' })

    expect(await told).toEqual({ workspaceId, role: 'editor' })
    expect(test.events.peopleInside(workspaceId)[0]?.role).toBe('editor')
  })

  it('judges again when the role changes while a join is under way', async () => {
    const workspaceId = test.workspace()
    const gate = Promise.withResolvers<void>()
    let reads = 0
    const slow = await createTestEvents({
      async loadWorkspace(_actor, id) {
        // What the first read saw is out of date by the time it answers.
        const role = ++reads === 1 ? 'editor' : null
        if (reads === 1) await gate.promise
        return { type: 'workspace', id, role, isDeleted: false }
      },
    })
    const mina = slow.user('Mina')
    const tab = await slow.connect(mina)
    const joined = send(tab, 'workspace.join', { workspaceId })
    await expect.poll(() => reads).toBe(1)

    slow.control.publish({ type: 'role-changed', workspaceId, userId: mina.userId, role: null })
    gate.resolve()

    expect(await joined).toMatchObject({ ok: false, code: 'not_found' })
    expect(slow.events.peopleInside(workspaceId)).toEqual([])
    await slow.close()
  })

  it('ends the sockets of a revoked session and no others', async () => {
    const mina = test.user('Mina')
    const other = { ...mina, sessionId: 'another-session-id-22c' as SessionId }
    const [ended, kept] = [await test.connect(mina), await test.connect(other)]
    const told = next(ended, 'session.ended')
    const closed = disconnected(ended)

    test.control.publish({
      type: 'sessions-revoked',
      userId: mina.userId,
      sessionIds: [mina.sessionId],
      reason: 'signed-out',
    })

    expect(await told).toEqual({ reason: 'signed-out' })
    await closed
    expect(kept.connected).toBe(true)
  })

  it('ends every socket of a suspended person with the reason', async () => {
    const mina = test.user('Mina')
    const tab = await test.connect(mina)
    const told = next(tab, 'session.ended')
    const closed = disconnected(tab)

    test.control.publish({ type: 'sessions-revoked', userId: mina.userId, sessionIds: 'all', reason: 'suspended' })

    expect(await told).toEqual({ reason: 'suspended' })
    await closed
  })

  it('ends a guest of a revoked link at once and leaves members inside', async () => {
    const workspaceId = test.workspace()
    const [mina, visitor] = [test.user('Mina'), test.guest('Guest Heron', workspaceId)]
    test.setRole(workspaceId, mina, 'owner')
    test.setRole(workspaceId, visitor, 'link')
    const [owner, tab] = [await test.connect(mina), await test.connect(visitor)]
    for (const client of [owner, tab]) await send(client, 'workspace.join', { workspaceId })
    expect(test.events.peopleInside(workspaceId)[1]).toMatchObject({ name: 'Guest Heron', kind: 'guest', role: 'link' })
    const told = next(tab, 'role.changed')
    const closed = disconnected(tab)

    test.setRole(workspaceId, visitor, null)
    test.control.publish({ type: 'link-revoked', workspaceId, linkId: visitor.linkId })

    expect(await told).toEqual({ workspaceId, role: null })
    await closed
    await expect.poll(() => test.events.peopleInside(workspaceId).map((p) => p.name)).toEqual(['Mina'])
  })

  it('keeps the guests of another link when one link is revoked', async () => {
    const workspaceId = test.workspace()
    const [one, two] = [test.guest('Guest Heron', workspaceId), test.guest('Guest Otter', workspaceId)]
    for (const actor of [one, two]) test.setRole(workspaceId, actor, 'link')
    const [ended, kept] = [await test.connect(one), await test.connect(two)]
    for (const client of [ended, kept]) await send(client, 'workspace.join', { workspaceId })
    const closed = disconnected(ended)

    test.setRole(workspaceId, one, null)
    test.control.publish({ type: 'guest-removed', workspaceId, guestId: one.guestId })

    await closed
    expect(await send(kept, 'presence.look', { workspaceId, path: 'a.ts' })).toMatchObject({ ok: true })
  })

  it('tells those inside that the workspace was deleted', async () => {
    const workspaceId = test.workspace()
    const mina = test.user('Mina')
    test.setRole(workspaceId, mina, 'owner')
    const tab = await test.connect(mina)
    await send(tab, 'workspace.join', { workspaceId })
    const told = next(tab, 'workspace.gone')

    test.deleted.add(workspaceId)
    test.control.publish({ type: 'workspace-deleted', workspaceId })

    expect(await told).toEqual({ workspaceId })
    expect(test.events.peopleInside(workspaceId)).toEqual([])
  })

  it('finds by itself that a session ran out', async () => {
    const tab = await test.connect(test.user('Mina'))
    const told = next(tab, 'session.ended')
    const closed = disconnected(tab)

    for (const note of test.actors.keys()) test.actors.set(note, ANONYMOUS)

    expect(await told).toEqual({ reason: 'signed-out' })
    await closed
  })

  it('asks whether a session stands without using it, where that is possible', async () => {
    let resolved = 0
    let isValid = true
    const quiet = await createTestEvents({
      recheckMs: 20,
      isActorValid: () => Promise.resolve(isValid),
      resolveActor: () => {
        resolved++
        return Promise.resolve(ANONYMOUS)
      },
    })
    const tab = await quiet.connect(quiet.user('Mina'))
    const told = next(tab, 'session.ended')

    isValid = false

    expect(await told).toEqual({ reason: 'signed-out' })
    expect(resolved).toBe(0)
    await quiet.close()
  })

  it('closes a socket whose session ended while it was being opened', async () => {
    const late = await createTestEvents({ resolveActor: () => Promise.resolve(ANONYMOUS) })
    const tab = await late.connect(late.user('Mina'))

    await disconnected(tab)

    expect(late.events.socketCount()).toBe(0)
    await late.close()
  })

  it('cuts off who cannot be judged after a change, so that they come back and are judged', async () => {
    const workspaceId = test.workspace()
    let isBroken = false
    const broken = await createTestEvents({
      loadWorkspace: (_actor, id) =>
        isBroken
          ? Promise.reject(new Error('the database is away'))
          : Promise.resolve({ type: 'workspace', id, role: 'editor', isDeleted: false }),
    })
    const mina = broken.user('Mina')
    const tab = await broken.connect(mina)
    await send(tab, 'workspace.join', { workspaceId })
    const closed = disconnected(tab)

    isBroken = true
    broken.control.publish({ type: 'role-changed', workspaceId, userId: mina.userId, role: null })

    await closed
    await broken.close()
  })
})
