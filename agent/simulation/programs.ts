import type { World } from './world.ts'

const lineStarts = (text: string): number[] => [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]

/** `text` with a new line at some place. */
const withLine = (world: World, text: string, line: string): string => {
  const at = world.random.pick(lineStarts(text))
  const glue = at === text.length && at > 0 && !text.endsWith('\n') ? '\n' : ''
  return `${text.slice(0, at)}${glue}${line}\n${text.slice(at)}`
}

/** Saves as programs do: into the file, cut to nothing first; or a new file renamed over the old one. */
function save(world: World, buffer: string, text: string, isAtomic: boolean): void {
  const { files, path, random, clock } = world
  world.noteOverwrite(buffer, text)
  if (isAtomic) {
    const temp = `files/.save${world.tokens.length}`
    const mode = files.facts(path)?.mode ?? 0o644
    files.write(files.create(temp, mode), Buffer.from(text), temp)
    files.rename(temp, path)
    return
  }
  const inode = files.put(path, random.chance(0.5) ? '' : text)
  // The program keeps the file open, wherever its name has gone meanwhile.
  const finish = (): void => {
    if (inode.links === 0) return world.noteNeverWritten(text)
    world.noteOverwrite(buffer, text, Buffer.from(inode.bytes).toString('utf8'))
    files.write(inode, Buffer.from(text), path)
  }
  if (random.chance(0.5)) finish()
  else clock.after(random.below(20), finish)
}

/** A person types a line, or words into a line, or deletes one. */
export function type(world: World): void {
  const { random } = world
  const isDeleting = random.chance(0.12)
  world.type((text) => {
    const now = text.toJSON()
    if (isDeleting) {
      const start = random.pick(lineStarts(now))
      const end = now.indexOf('\n', start) + 1
      if (end === 0) return
      for (const token of world.in(now.slice(start, end))) world.vague.add(token)
      text.delete(start, end - start)
    } else if (random.chance(0.2)) {
      const ends = [...now.matchAll(/\n/g)].map((match) => match.index)
      if (ends.length > 0) text.insert(random.pick(ends), ` ${world.token()}`)
    } else text.insert(random.pick(lineStarts(now)), `${world.token()}\n`)
  })
}

/** Reads the file, and seconds later saves what it read with a line of its own, whatever happened in between. */
export function saveStale(world: World): void {
  const { files, random, clock } = world
  const buffer = files.text(world.path)
  if (buffer === null || buffer === '') return
  const isAtomic = random.chance(0.5)
  clock.after(random.below(4_000), () => {
    if (files.find(world.path)?.kind === 'file') save(world, buffer, withLine(world, buffer, world.token()), isAtomic)
  })
}

/** Reads, changes and renames over within milliseconds; at times takes a line out. */
export function sed(world: World): void {
  const { files, random, clock } = world
  const before = files.text(world.path)
  if (before === null || before === '') return
  let after = before
  const removed: string[] = []
  if (random.chance(0.3)) {
    const start = random.pick(lineStarts(before).slice(0, -1).concat(0))
    const end = before.indexOf('\n', start) + 1 || before.length
    removed.push(...world.in(before.slice(start, end)))
    after = before.slice(0, start) + before.slice(end)
  } else after = withLine(world, before, world.token())
  clock.after(random.below(5), () => {
    if (files.find(world.path)?.kind !== 'file') return world.noteNeverWritten(after)
    for (const token of removed) world.vague.add(token)
    save(world, before, after, true)
  })
}

/** git brings an older version back: the lock, the old file away, a new one in its place. */
export function checkout(world: World): void {
  const { files, random, clock } = world
  const kept = files.text(world.path)
  if (kept === null) return
  clock.after(random.below(3_000), () => {
    const { path } = world
    const now = files.text(path)
    if (now === null || files.find('files/.git/index.lock') !== null) return
    files.put('files/.git/index.lock', '')
    // What was on the disk and is not in the older version is taken out on purpose.
    for (const token of world.in(now)) if (!kept.includes(token)) world.vague.add(token)
    world.noteOverwrite(now, kept)
    // Where no agent saw it when it was there, nobody can tell it from the doing of a program that had read another.
    world.noteOverwrite(kept, kept)
    const mode = files.facts(path)?.mode ?? 0o644
    files.put('files/.git/index', '')
    files.remove(path)
    clock.after(random.below(10), () => {
      if (files.find(path) === null && world.path === path) {
        const inode = files.create(path, mode)
        files.write(inode, Buffer.from(kept), path)
      }
      files.remove('files/.git/index.lock')
    })
  })
}

/** Deletes the file, and after a while makes it again with what it held and a line more. */
export function deleteAndRestore(world: World): void {
  const { files, random, clock } = world
  const { path } = world
  const text = files.text(path)
  if (text === null || text === '') return
  const mode = files.facts(path)?.mode ?? 0o644
  files.remove(path)
  clock.after(random.below(1_500), () => {
    if (files.find(path) !== null || world.path !== path) return world.noteNeverWritten(text)
    const after = withLine(world, text, world.token())
    files.write(files.create(path, mode), Buffer.from(after), path)
  })
}

export function append(world: World): void {
  const { files } = world
  const inode = files.find(world.path)
  const before = files.text(world.path)
  if (inode?.kind !== 'file' || before === null || before === '') return
  const glue = before.endsWith('\n') ? '' : '\n'
  files.write(inode, Buffer.from(`${before}${glue}${world.token()}\n`), world.path)
}

/** Somebody renames the file; the document follows as soon as the agent has seen it. */
export function rename(world: World): void {
  const { files, agent, random } = world
  if (agent === null || files.find(world.path)?.kind !== 'file') return
  const to = `files/${random.pick(['a.txt', 'b.txt', 'sub/c.txt'])}`
  if (files.find(to) === null) files.rename(world.path, to)
}
