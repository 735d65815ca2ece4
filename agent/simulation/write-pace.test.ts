import { expect, it } from 'vitest'
import { WORKSPACE } from './sim-disk.ts'
import { World } from './world.ts'

it('[K4] writes at most every 2 s while people type on, and 300 ms after the last key', async () => {
  const world = new World(1)
  world.server.path = 'a.txt'
  world.files.put(world.path, 'one\n')
  await world.clock.advance(1_000)
  world.startAgent()
  await world.clock.advance(2_000)
  const written: number[] = []
  const seen = new Set([world.files.find(world.path)])
  for (let at = 0; at < 20_000; at += 50) {
    if (at < 19_000) world.type((text) => text.insert(0, `${at}\n`))
    await world.clock.advance(50)
    const file = world.files.find(world.path)
    if (!seen.has(file)) written.push(at + 50)
    seen.add(file)
  }
  expect(written.length).toBeGreaterThanOrEqual(8)
  expect(written.length).toBeLessThanOrEqual(11)
  expect(written.at(-1)).toBeLessThanOrEqual(19_000 + 400)
  expect(world.files.text(`${WORKSPACE}/a.txt`)).toBe(world.server.text())
  world.killAgent()
})
