import { expect, it } from 'vitest'
import { WORKSPACE } from './sim-disk.ts'
import { World } from './world.ts'

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)
const TYPED_MS = 19_000

/** When a file was replaced, while somebody types all the time, and whether it holds the text in the end. */
async function writesOf(seed: number): Promise<{ written: number[]; isEqual: boolean }> {
  const world = new World(seed)
  world.server.path = 'a.txt'
  world.files.put(world.path, 'one\n')
  await world.clock.advance(1_000)
  world.startAgent()
  await world.clock.advance(2_000)
  const written: number[] = []
  const seen = new Set([world.files.find(world.path)])
  for (let at = 0; at < TYPED_MS + 1_000; at += 50) {
    if (at < TYPED_MS) world.type((text) => text.insert(0, `${at}\n`))
    await world.clock.advance(50)
    const file = world.files.find(world.path)
    if (!seen.has(file)) written.push(at + 50)
    seen.add(file)
  }
  // A write that was under way with an older text is followed by one with the last.
  await world.clock.advance(3_000)
  const isEqual = world.files.text(`${WORKSPACE}/a.txt`) === world.server.text()
  world.killAgent()
  return { written, isEqual }
}

it('[K4] writes every 2 s and a little while people type on, and all of it after the last key', async () => {
  // One schedule may have the server away at any moment, so it is their mean that is held to the rule.
  const runs = await Promise.all(SEEDS.map(writesOf))
  const mean = runs.reduce((sum, { written }) => sum + written.length, 0) / runs.length
  expect(mean).toBeGreaterThanOrEqual(8)
  expect(mean).toBeLessThanOrEqual(11)
  expect(runs.filter(({ isEqual }) => !isEqual)).toEqual([])
})
