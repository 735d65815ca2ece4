import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createLinkExpiry } from './link-expiry.ts'
import { createTestWorkspaces, type TestWorkspaces } from './testing.ts'

const HOUR_MS = 3_600_000

let test: TestWorkspaces
beforeAll(async () => {
  test = await createTestWorkspaces()
})
afterAll(() => test.close())

/** The watch on a clock of its own, which stands still until `pass` moves it to the next look. */
async function startWatch(prisma = test.prisma) {
  const told: ControlEvent[] = []
  const control = createControlBus((error) => {
    throw error
  })
  control.subscribe((event) => told.push(event))
  const planned: { ms: number; callback: () => void }[] = []
  const after = (ms: number, callback: () => void) => {
    planned.push({ ms, callback })
    return () => {}
  }
  const watch = createLinkExpiry({ prisma, control, log: pino({ level: 'silent' }), now: () => test.clock.now, after })
  await vi.waitUntil(() => planned.length > 0)
  return {
    told,
    close: () => watch.close(),
    /** How long it waits for its next look. */
    waitMs: () => planned.at(-1)!.ms,
    async look() {
      const before = planned.length
      planned.at(-1)!.callback()
      await vi.waitUntil(() => planned.length > before)
    },
  }
}

async function newLink(workspaceId: WorkspaceId, owner: Awaited<ReturnType<TestWorkspaces['person']>>) {
  const { linkId } = await test.as(owner).createLink({ workspaceId, expiresInHours: 1, label: '' })
  return linkId
}

it('tells of a link at the moment it runs out, once, and of none that was revoked', async () => {
  const mina = await test.person('Mina')
  const workspaceId = await test.workspaceOf(mina)
  const [linkId, revoked] = [await newLink(workspaceId, mina), await newLink(workspaceId, mina)]
  await test.as(mina).revokeLink({ workspaceId, linkId: revoked })
  const watch = await startWatch()

  test.clock.now += HOUR_MS - 4000
  await watch.look()
  expect(watch.told).toEqual([])
  expect(watch.waitMs()).toBe(4000)

  test.clock.now += 4000
  await watch.look()
  expect(watch.told).toEqual([{ type: 'link-revoked', workspaceId, linkId }])

  await watch.look()
  expect(watch.told).toHaveLength(1)
  await watch.close()
})

it('looks again within ten seconds, whatever it knows of', async () => {
  const mina = await test.person('Mina')
  await newLink(await test.workspaceOf(mina), mina)
  const watch = await startWatch()

  expect(watch.waitMs()).toBe(10_000)
  await watch.close()
})

it('tells of what ran out while the database was away', async () => {
  const mina = await test.person('Mina')
  const workspaceId = await test.workspaceOf(mina)
  const linkId = await newLink(workspaceId, mina)
  const watch = await startWatch()
  const away = vi.spyOn(test.prisma.shareLink, 'findMany').mockRejectedValueOnce(new Error('away'))

  test.clock.now += HOUR_MS
  await watch.look()
  expect(away).toHaveBeenCalled()
  expect(watch.told).toEqual([])

  away.mockRestore()
  await watch.look()
  expect(watch.told).toContainEqual({ type: 'link-revoked', workspaceId, linkId })
  await watch.close()
})
