import { WORKSPACE } from './sim-disk.ts'
import { append, checkout, deleteAndRestore, rename, saveStale, sed, type } from './programs.ts'
import { DOCUMENT, World } from './world.ts'

const STEPS = 90
const MODE = 0o755

function step(world: World): void {
  const { random, server } = world
  const op = random.below(100)
  if (op < 50) {
    if (server.rows.length > 0) type(world)
  } else if (op < 58) saveStale(world)
  else if (op < 68) sed(world)
  else if (op < 72) append(world)
  else if (op < 75) checkout(world)
  else if (op < 78) deleteAndRestore(world)
  else if (op < 81) rename(world)
  else if (op < 93) world.diesAfter = random.below(60)
  else if (op < 96) server.goAway(random.below(2_000))
  else if (op < 98) world.refusal = random.pick([null, null, 'ENOSPC', 'EROFS'])
}

/** Runs one schedule and answers what is wrong at rest: nothing, if disk and document are kept together. */
export async function runSeed(seed: number): Promise<string[]> {
  const world = new World(seed)
  const { clock, random, files, server } = world
  for (const folder of ['.git', 'sub']) files.mkdir(`${WORKSPACE}/${folder}`)
  server.path = 'a.txt'
  const eol = random.chance(0.2) ? '\r\n' : '\n'
  const start = ['one', world.token(), 'two', 'three', world.token(), ''].join(eol)
  files.put(world.path, start).mode = MODE
  const quiet = files.put(`${WORKSPACE}/quiet.txt`, 'nobody touches this')
  const quietAt = quiet.mtimeMs
  await clock.advance(1_000)
  world.startAgent()
  await clock.advance(random.below(300))
  // Opening without editing changes neither bytes nor mtime, however often the agent starts.
  if (random.chance(0.1)) {
    const before = { ...files.facts(world.path) }
    for (let i = 0; i < 3; i++) {
      world.diesAfter = random.below(40)
      await clock.advance(4_000)
    }
    const after = files.facts(world.path)
    if (after?.ino !== before.ino || after?.mtimeMs !== before.mtimeMs) return ['opening changed the file']
  }
  for (let i = 0; i < STEPS; i++) {
    step(world)
    await clock.advance(random.chance(0.1) ? random.below(1_500) : random.below(60))
  }
  await rest(world)
  const wrong = [...world.errors]
  const text = server.text()
  const disk = files.text(world.path)
  // A file whose lines all ended in CRLF may have got others from programs; the text is what must agree.
  if (disk?.replaceAll('\r', '') !== text) wrong.push(`disk and document differ: ${JSON.stringify({ disk, text })}`)
  for (const token of world.tokens) {
    const count = text.split(token).length - 1
    if (count > 1 || (count === 0 && !world.vague.has(token))) wrong.push(`${token} is there ${count} times`)
  }
  if (quiet.mtimeMs !== quietAt) wrong.push('a file nobody touched was written')
  if (files.facts(world.path)?.mode !== MODE && files.find(world.path) !== null) wrong.push('the mode was not kept')
  const known = new Set([
    `${WORKSPACE}/.git`,
    `${WORKSPACE}/.git/index`,
    `${WORKSPACE}/sub`,
    `${WORKSPACE}/quiet.txt`,
    world.path,
  ])
  for (const path of files.paths()) {
    if (path.startsWith(`${WORKSPACE}/`) && !known.has(path)) wrong.push(`left behind: ${path}`)
    if (path.startsWith('runtime/scratch/')) wrong.push(`left behind: ${path}`)
  }
  if (server.status?.status !== 'on-disk') wrong.push(`at rest people see ${JSON.stringify(server.status)}`)
  world.agent?.life.isDead || world.killAgent()
  return wrong
}

/** Everything that was under way comes to its end, and a file that is gone is kept. */
async function rest(world: World): Promise<void> {
  const { clock, files } = world
  world.refusal = null
  await clock.advance(6_000)
  world.diesAfter = null
  await clock.advance(6_000)
  // Renamed while nobody looked: somebody opens it at its new path.
  if (files.find(world.path) === null) {
    const moved = ['a.txt', 'b.txt', 'sub/c.txt'].find((path) => files.find(`${WORKSPACE}/${path}`) !== null)
    if (moved !== undefined) world.server.path = moved
    // Refused where the server is away or the file comes back just then: what stands at rest is judged below.
    else await Promise.race([world.agent?.documents.keep(DOCUMENT).catch(() => undefined), clock.advance(100)])
    await clock.advance(3_000)
    if (moved !== undefined) world.killAgent()
  }
  await clock.advance(30_000)
}
