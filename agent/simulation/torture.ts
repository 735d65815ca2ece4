import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { WORKSPACE } from './sim-disk.ts'
import { World } from './world.ts'

const SECONDS = 30
const SEEN_MS = 60_000
/** After so long people should have seen it; from then on the agent is left in peace. */
const PATIENCE_MS = 10_000

/** What a program did: the tokens that it took out on purpose. */
type Task = () => Promise<readonly string[]>

/**
 * K8 in virtual time: people type into one file while a program saves stale buffers into it, `sed -i` changes it, git
 * checks older versions out, and the agent is killed wherever it stands. Programs take turns, each once people see what
 * the one before did, so that nothing is vague: what is wrong at rest is ours. Answers that.
 */
export async function runSeed(seed: number): Promise<string[]> {
  const world = new World(seed)
  const { clock, random, files, server } = world
  const wrong: string[] = []
  const removed = new Set<string>()
  const written = new Set<string>()
  files.mkdir(`${WORKSPACE}/.git`)
  server.path = 'a.txt'
  const { path } = world
  const lock = `${WORKSPACE}/.git/index.lock`
  let index = '# torture\nlast line\n'
  files.put(path, index)
  world.startAgent()
  await clock.advance(1_000)

  let isOver = false
  let isPeace = false
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
  const disk = (): string => files.text(path) ?? ''
  const write = (): string => {
    const token = world.token()
    written.add(token)
    return token
  }
  const takeOut = (tokens: readonly string[]): readonly string[] => {
    for (const token of tokens) removed.add(token)
    return tokens
  }

  let turn: Promise<void> = Promise.resolve()
  const alone = (what: string, task: Task): Promise<void> => {
    turn = turn.then(async () => {
      if (wrong.length > 0) return
      const takenOut = await task()
      const late = (): string[] => {
        const there = new Set(world.in(server.text()))
        const missing = [...written].filter((token) => !removed.has(token) && !there.has(token))
        const standing = takenOut.filter((token) => there.has(token))
        return [...missing.map((token) => `${token} is not seen`), ...standing.map((token) => `${token} still stands`)]
      }
      // What was changed to nothing that people see has to be known all the same, before another program reads it.
      for (let ms = 0; (late().length > 0 || !world.isKnown(disk())) && ms < SEEN_MS; ms += 20) {
        isPeace = ms > PATIENCE_MS
        await sleep(20)
      }
      isPeace = false
      for (const each of late()) wrong.push(`after ${what}: ${each}`)
    })
    return turn
  }

  /** Programs cut a file to nothing before they write into it. */
  const overwrite = async (text: string): Promise<void> => {
    const inode = files.put(path, '')
    if (random.chance(0.5)) await sleep(random.below(3))
    files.write(inode, Buffer.from(text), path)
  }
  const renameOver = (text: string): void => {
    const temp = `${WORKSPACE}/.sed${world.tokens.length}`
    files.write(files.create(temp, 0o644), Buffer.from(text), temp)
    files.rename(temp, path)
  }

  const programs = {
    async person() {
      for (; !isOver; await sleep(40 + random.below(80))) {
        const token = world.token()
        world.type((text) => {
          const now = text.toJSON()
          text.insert(now.lastIndexOf('\n', random.below(now.length + 1) - 1) + 1, `${token}\n`)
        })
      }
    },
    async stale() {
      for (; !isOver; await sleep(300 + random.below(900))) {
        let buffer = ''
        await alone('reading', async () => {
          buffer = disk()
          return []
        })
        await sleep(random.below(1_500))
        const at = buffer.indexOf('\n', random.below(buffer.length)) + 1
        await alone('a stale save', async () => {
          await overwrite(`${buffer.slice(0, at)}${write()}\n${buffer.slice(at)}`)
          return []
        })
      }
    },
    async sed() {
      for (; !isOver; await sleep(400 + random.below(800))) {
        await alone('sed', async () => {
          const before = disk().split('\n')
          const line = random.below(before.length - 1)
          await sleep(random.below(8))
          const lines = disk().split('\n')
          if (random.chance(0.75)) {
            lines.splice(line + 1, 0, write())
            await sleep(random.below(3))
            renameOver(lines.join('\n'))
            return []
          }
          const tokens = takeOut(world.in(before[line] ?? ''))
          await sleep(random.below(3))
          renameOver(lines.filter((each) => !tokens.some((token) => each.includes(token))).join('\n'))
          return tokens
        })
      }
    },
    async git() {
      for (; !isOver; await sleep(4_000 + random.below(4_000))) {
        await alone('a checkout', async () => {
          files.put(lock, '')
          await sleep(500)
          const before = disk()
          files.put(`${WORKSPACE}/.git/index`, '')
          files.remove(path)
          const kept = index
          files.write(files.create(path, 0o644), Buffer.from(kept), path)
          const takenOut = takeOut(world.in(before).filter((token) => !kept.includes(token)))
          files.remove(lock)
          await sleep(1_000)
          index = disk()
          return takenOut
        })
      }
    },
    async killer() {
      for (; !isOver; await sleep(300 + random.below(1_500))) {
        if (isPeace) continue
        // Wherever it stands, or in one of its next steps: most of the time it does nothing.
        if (random.chance(0.3)) world.killAgent()
        else world.dieSoon(random.below(40))
      }
    },
  }
  const { person, ...others } = programs
  const all = Promise.all([person(), person(), ...Object.values(others).map((program) => program())])
  await clock.advance(SECONDS * 1_000)
  isOver = true
  isPeace = true
  world.diesAfter = null
  let isDone = false
  void all.then(() => (isDone = true))
  for (let ms = 0; !isDone && ms < 10 * SEEN_MS; ms += 1_000) await clock.advance(1_000)
  await clock.advance(SEEN_MS)
  wrong.push(...world.errors)
  const text = server.doc.getText(TEXT_NAME).toJSON()
  if (disk() !== text) wrong.push(`disk and document differ: ${JSON.stringify({ disk: disk(), text })}`)
  const counts = new Map<string, number>()
  for (const token of world.in(text)) counts.set(token, (counts.get(token) ?? 0) + 1)
  for (const token of world.tokens) {
    const count = counts.get(token) ?? 0
    if (count > 1 || (count === 0 && !removed.has(token))) wrong.push(`${token} is there ${count} times`)
  }
  world.killAgent()
  return wrong
}
