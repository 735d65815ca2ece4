import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { isUndecided } from '#shared/text-conflict.ts'
import { WORKSPACE } from './sim-disk.ts'
import { World } from './world.ts'

const TEXT = 'first\nlimit = 10\nlast\n'

async function openedWorld(seed = 1): Promise<World> {
  const world = new World(seed)
  world.server.path = 'a.txt'
  world.files.put(`${WORKSPACE}/a.txt`, TEXT)
  await world.clock.advance(1_000)
  world.startAgent()
  await world.clock.advance(2_000)
  expect(world.server.text()).toBe(TEXT)
  return world
}

const replace = (world: World, from: string, to: string): void =>
  world.type((text) => {
    const at = text.toJSON().indexOf(from)
    text.delete(at, from.length)
    text.insert(at, to)
  })

const atRest = async (world: World): Promise<void> => {
  await world.clock.advance(20_000)
  expect(world.files.text(world.path)).toBe(world.server.text())
}

/** What stands now in the place of each conflict that the server was told of. */
function told({ server }: World) {
  const index = (anchor: Uint8Array) =>
    Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(anchor), server.doc)?.index
  const text = server.doc.getText(TEXT_NAME).toJSON()
  return [...server.conflicts.values()].map((conflict) => ({
    ...conflict,
    now: text.slice(index(conflict.start), index(conflict.end)),
  }))
}

it('[K2] tells of a word that people and a program replaced at once, and keeps both', async () => {
  const world = await openedWorld()
  replace(world, '10', '20')
  world.files.put(world.path, TEXT.replace('10', '30'))
  await atRest(world)
  const [conflict, ...more] = told(world)
  expect(more).toEqual([])
  expect(conflict).toMatchObject({ base: 'limit = 10\n', document: 'limit = 20\n', disk: 'limit = 30\n' })
  expect(conflict?.now).toBe(conflict?.merged)
  expect(conflict?.now).toMatch(/^limit = (2030|3020)\n$/)
  world.killAgent()
})

it.each([
  ['the same change', 'limit = 20\n', 'limit = 20\n'],
  ['another word of the line', 'limit = 20\n', 'bound = 10\n'],
  ['words put in at one place', 'limit = 10 mine\n', 'limit = 10 theirs\n'],
])('[K2] asks nobody about %s', async (_, mine, theirs) => {
  const world = await openedWorld()
  replace(world, 'limit = 10\n', mine)
  world.files.put(world.path, TEXT.replace('limit = 10\n', theirs))
  await atRest(world)
  expect(told(world)).toEqual([])
  world.killAgent()
})

it('[K2] tells of it wherever the agent is killed meanwhile, and however often the server is away', async () => {
  for (let steps = 0; steps < 70; steps++) {
    const world = await openedWorld(steps)
    world.diesAfter = steps
    if (steps % 3 === 0) world.clock.after(steps * 5, () => world.server.goAway(700))
    replace(world, '10', 'mine')
    world.files.put(world.path, TEXT.replace('10', 'theirs'))
    await atRest(world)
    const [, line = ''] = world.server.text().split('\n')
    expect({ steps, line }).toMatchObject({ line: expect.stringMatching(/^limit = (minetheirs|theirsmine)$/) })
    const found = told(world).filter(({ document, disk, merged, now }) =>
      isUndecided({ mine: document, theirs: disk, merged }, now),
    )
    expect({ steps, found }).toMatchObject({ found: [{ now: `${line}\n` }] })
    world.diesAfter = null
    world.killAgent()
  }
})
