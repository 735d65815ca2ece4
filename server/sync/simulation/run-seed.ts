import type * as Y from 'yjs'
import { checkAtRest } from './check-at-rest.ts'
import type { SimClient } from './sim-client.ts'
import type { LogFaults } from './sim-log.ts'
import { World } from './world.ts'

const STEPS = 140

/**
 * No editor has a caret inside a surrogate pair. Yjs spoils a pair that is torn, and keeps it where what tore it came
 * as garbage already: replicas would differ.
 */
function placeIn(text: Y.Text, at: number): number {
  return isLowSurrogate(text.toString().charCodeAt(at)) ? at - 1 : at
}

function deleteAt(text: Y.Text, at: number): void {
  const from = placeIn(text, at)
  text.delete(from, isLowSurrogate(text.toString().charCodeAt(from + 1)) ? 2 : 1)
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

function step(world: World): void {
  const { random } = world
  const client = random.pick(world.clients)
  const { text } = client
  const op = random.below(100)
  // Nobody types into a document that has not arrived: there would be no editor yet.
  const canType = text.length > 0 && (world.writers.has(client.name) || random.chance(0.1))
  if (op < 50) {
    if (canType)
      world.edit(client, (t, token) =>
        t.insert(placeIn(t, random.below(t.length + 1)), token + (random.chance(0.1) ? '한글😀'.repeat(20) : '')),
      )
  } else if (op < 60) {
    if (canType) world.edit(client, (t) => deleteAt(t, random.below(t.length)))
  } else if (op < 64) {
    if (canType && world.writers.has(client.name)) world.undo(client)
  } else if (op < 70) client.moveCursor()
  else if (op < 74) client.breakLink()
  else if (op < 77) client.reload()
  else if (op < 80) client.disconnect()
  else if (op < 84) reconnect(client)
  else if (op < 87) world.setRole(client, random.chance(0.6))
  else if (op < 90 && world.clients.length < 6) {
    world.writers.add(`c${world.clients.length}`)
    world.join(`c${world.clients.length}`)
  } else if (op < 92) world.crash()
  else if (op < 94) world.faults.isDown = !world.faults.isDown
  else if (op < 96) world.log.setLocked(world.documentId, random.chance(0.5))
  else if (op < 98) world.faults.failAfter = random.chance(0.5) ? 0.3 : 0
  else world.faults.failBefore = random.chance(0.5) ? 0.2 : 0
}

function reconnect(client: SimClient): void {
  client.isWanted = true
  client.isRefused = false
  client.connect()
}

/** Runs one schedule and answers what is wrong at rest: nothing, if the engine holds. */
export async function runSeed(seed: number): Promise<string[]> {
  const world = new World(seed)
  world.start()
  for (const name of ['c0', 'c1', 'c2']) {
    world.writers.add(name)
    world.join(name)
  }
  const { clock, random, faults } = world
  await clock.advance(random.below(100))
  for (let i = 0; i < STEPS; i++) {
    step(world)
    if (random.chance(0.06)) world.amend()
    await clock.advance(random.chance(0.1) ? random.below(1500) : random.below(40))
  }
  Object.assign(faults, { isDown: false, failBefore: 0, failAfter: 0 } satisfies LogFaults)
  world.log.setLocked(world.documentId, false)
  for (const client of world.clients) {
    world.setRole(client, true)
    reconnect(client)
  }
  await clock.advance(25_000)
  return checkAtRest(world)
}
