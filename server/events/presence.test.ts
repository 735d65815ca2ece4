import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { IDLE_AFTER_MS } from '#shared/protocol/events.ts'
import { createTestEvents, next, send, type TestEvents } from './testing.ts'

let test: TestEvents
beforeEach(async () => {
  test = await createTestEvents()
})
afterEach(() => test.close())

describe('presence', () => {
  it('tells since when nobody touched any tab of a person, and takes one touched tab for the person', async () => {
    const workspaceId = test.workspace()
    const mina = test.user('Mina')
    test.setRole(workspaceId, mina, 'editor')
    const [one, two] = [await test.connect(mina), await test.connect(mina)]
    for (const tab of [one, two]) await send(tab, 'workspace.join', { workspaceId })
    const idleSince = () => test.events.peopleInside(workspaceId)[0]?.idleSince
    await send(one, 'presence.look', { workspaceId, path: 'a.ts', isIdle: true })
    expect(idleSince()).toBeUndefined()
    const before = Date.now()
    await send(two, 'presence.look', { workspaceId, path: 'a.ts', isIdle: true })
    const since = Date.parse(idleSince() ?? '')
    expect(since).toBeGreaterThanOrEqual(before - IDLE_AFTER_MS)
    await send(two, 'presence.look', { workspaceId, path: 'a.ts', isIdle: true })
    expect(Date.parse(idleSince() ?? '')).toBe(since)
    await send(one, 'presence.look', { workspaceId, path: 'a.ts' })
    expect(idleSince()).toBeUndefined()
  })

  it('shows whoever joins to those inside, and answers the joiner with who is there', async () => {
    const workspaceId = test.workspace()
    const [mina, jun] = [test.user('Mina'), test.user('Jun')]
    test.setRole(workspaceId, mina, 'owner')
    test.setRole(workspaceId, jun, 'viewer')
    const first = await test.connect(mina)
    await send(first, 'workspace.join', { workspaceId })
    const seen = next(first, 'presence.changed', ({ people }) => people.length === 2)

    const answer = await send(await test.connect(jun), 'workspace.join', { workspaceId })

    const people = [
      { id: mina.userId, name: 'Mina', color: 1, kind: 'person', role: 'owner', paths: [] },
      { id: jun.userId, name: 'Jun', color: 1, kind: 'person', role: 'viewer', paths: [] },
    ]
    expect(answer).toEqual({ ok: true, value: { people } })
    expect(await seen).toEqual({ workspaceId, people })
    expect(test.events.peopleInside(workspaceId)).toEqual(people)
  })

  it('makes two tabs one avatar with the newest path first, until the last tab closes', async () => {
    const workspaceId = test.workspace()
    const [mina, jun] = [test.user('Mina'), test.user('Jun')]
    for (const actor of [mina, jun]) test.setRole(workspaceId, actor, 'editor')
    const watcher = await test.connect(jun)
    await send(watcher, 'workspace.join', { workspaceId })
    const [one, two] = [await test.connect(mina), await test.connect(mina)]
    for (const tab of [one, two]) await send(tab, 'workspace.join', { workspaceId })
    const pathsOfMina = () => test.events.peopleInside(workspaceId).find((p) => p.id === mina.userId)?.paths

    await send(one, 'presence.look', { workspaceId, path: 'a.ts' })
    await send(two, 'presence.look', { workspaceId, path: 'b.ts' })
    expect(pathsOfMina()).toEqual(['b.ts', 'a.ts'])
    await send(one, 'presence.look', { workspaceId, path: 'c.ts' })
    expect(pathsOfMina()).toEqual(['c.ts', 'b.ts'])
    await send(one, 'presence.look', { workspaceId, path: 'b.ts' })
    expect(pathsOfMina()).toEqual(['b.ts'])

    const oneLeft = next(
      watcher,
      'presence.changed',
      ({ people }) => people.length === 2 && people[1]?.paths.length === 1,
    )
    two.disconnect()
    expect((await oneLeft).people.map((p) => p.name)).toEqual(['Jun', 'Mina'])
    const noneLeft = next(watcher, 'presence.changed', ({ people }) => people.length === 1)
    one.disconnect()
    expect((await noneLeft).people.map((p) => p.name)).toEqual(['Jun'])
  })

  it('joins a burst of changes into few broadcasts', async () => {
    const workspaceId = test.workspace()
    const [mina, jun] = [test.user('Mina'), test.user('Jun')]
    for (const actor of [mina, jun]) test.setRole(workspaceId, actor, 'editor')
    const [watcher, busy] = [await test.connect(jun), await test.connect(mina)]
    for (const client of [watcher, busy]) await send(client, 'workspace.join', { workspaceId })
    let broadcasts = 0
    watcher.on('presence.changed', () => broadcasts++)
    const last = next(watcher, 'presence.changed', ({ people }) => people.some((p) => p.paths[0] === '49.ts'))

    await Promise.all(
      Array.from({ length: 50 }, (_, i) => send(busy, 'presence.look', { workspaceId, path: `${i}.ts` })),
    )
    await last

    expect(broadcasts).toBeLessThan(10)
  })

  it('keeps the pictures of two workspaces apart', async () => {
    const [here, there] = [test.workspace(), test.workspace()]
    const [mina, jun] = [test.user('Mina'), test.user('Jun')]
    test.setRole(here, mina, 'editor')
    test.setRole(there, jun, 'editor')
    await send(await test.connect(mina), 'workspace.join', { workspaceId: here })
    const outsider = await test.connect(jun)

    expect(await send(outsider, 'workspace.join', { workspaceId: there })).toMatchObject({ ok: true })
    expect(await send(outsider, 'workspace.join', { workspaceId: here })).toMatchObject({
      ok: false,
      code: 'not_found',
    })
    expect(await send(outsider, 'presence.look', { workspaceId: here, path: 'a.ts' })).toMatchObject({
      code: 'not_found',
    })
    expect(test.events.peopleInside(here).map((p) => p.name)).toEqual(['Mina'])
  })

  it('lets go of a connection that fell silent, as when the network broke without a word', async () => {
    const silent = await createTestEvents({ heartbeat: { pingInterval: 200, pingTimeout: 200 } })
    const workspaceId = silent.workspace()
    const [mina, jun] = [silent.user('Mina'), silent.user('Jun')]
    for (const actor of [mina, jun]) silent.setRole(workspaceId, actor, 'editor')
    const watcher = await silent.connect(jun)
    await send(watcher, 'workspace.join', { workspaceId })
    const came = next(watcher, 'presence.changed', ({ people }) => people.length === 2)
    const url = `${silent.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    // A bare WebSocket that never answers a ping.
    const ws = new WebSocket(url, { headers: { cookie: silent.cookieOf(mina) } })
    await once(ws, 'message')
    ws.send('40')
    await once(ws, 'message')
    ws.send(`42["workspace.join",{"workspaceId":"${workspaceId}"}]`)

    await came
    await next(watcher, 'presence.changed', ({ people }) => people.length === 1)

    ws.terminate()
    await silent.close()
  })

  it('does what one tab sends in the order it was sent, however long each takes', async () => {
    const gate = Promise.withResolvers<void>()
    let reads = 0
    const slow = await createTestEvents({
      async loadWorkspace(_actor, id) {
        // The join is slow to judge; the leaving, sent right after it, is not.
        if (++reads === 1) await gate.promise
        return { type: 'workspace', id, role: 'editor', isDeleted: false }
      },
    })
    const workspaceId = slow.workspace()
    const tab = await slow.connect(slow.user('Mina'))
    const answers = Promise.all([
      send(tab, 'workspace.join', { workspaceId }),
      send(tab, 'workspace.leave', { workspaceId }),
    ])
    await expect.poll(() => reads).toBe(1)

    gate.resolve()

    expect(await answers).toMatchObject([{ ok: true }, { ok: true }])
    expect(slow.events.peopleInside(workspaceId)).toEqual([])
    await slow.close()
  })

  it('lets go of a person who leaves, and takes no look from outside', async () => {
    const workspaceId = test.workspace()
    const mina = test.user('Mina')
    test.setRole(workspaceId, mina, 'editor')
    const tab = await test.connect(mina)
    await send(tab, 'workspace.join', { workspaceId })

    expect(await send(tab, 'workspace.leave', { workspaceId })).toEqual({ ok: true, value: null })

    expect(test.events.peopleInside(workspaceId)).toEqual([])
    expect(await send(tab, 'presence.look', { workspaceId, path: 'a.ts' })).toMatchObject({
      ok: false,
      code: 'bad_request',
    })
  })
})
