import { lstatSync, readdirSync } from 'node:fs'
import { appendFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { toEntry } from '../fs/file-calls.ts'

export type RandomBelow = (below: number) => number

/** Small, and the same for the same seed (mulberry32). */
export const randomFrom =
  (seed: number): RandomBelow =>
  (below) => {
    seed = (seed + 0x6d2b79f5) | 0
    let x = Math.imul(seed ^ (seed >>> 15), seed | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) % below
  }

/** What a tree should hold, seen without any watcher. */
export const scan = (root: string, folder = ''): TreeEntry[] =>
  readdirSync(path.join(root, folder)).flatMap((name) => {
    const relative = path.join(folder, name)
    const entry = toEntry(relative, lstatSync(path.join(root, relative)))
    return entry.kind === 'folder' && entry.isIgnored !== true ? [entry, ...scan(root, relative)] : [entry]
  })

export const sortedByPath = (entries: Iterable<TreeEntry>): TreeEntry[] =>
  [...entries].toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** What programs do to folders, one after the other. Those that cannot be done here and now change nothing. */
export async function operateOften(root: string, random: RandomBelow, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await operate(root, random).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error)) throw error
    })
  }
}

async function operate(root: string, random: RandomBelow): Promise<void> {
  const letter = () => 'abcdef'[random(6)] ?? 'a'
  const name = () => Array.from({ length: 1 + random(3) }, letter).join('/')
  const at = (relative: string) => path.join(root, relative)
  const text = 'x'.repeat(random(50))
  switch (random(9)) {
    case 0:
      return writeFile(at(name()), text)
    case 1: {
      const file = at(name())
      await writeFile(`${file}.tmp`, text)
      return rename(`${file}.tmp`, file)
    }
    case 2: {
      const folder = `${name()}/${letter()}/${letter()}`
      await mkdir(at(folder), { recursive: true })
      return writeFile(at(`${folder}/${letter()}`), text)
    }
    case 3:
      return rename(at(name()), at(name()))
    case 4:
      return rm(at(name()), { recursive: true, force: true })
    case 5:
      return appendFile(at(name()), text)
    case 6:
      return cp(at(name()), at(name()), { recursive: true })
    case 7: {
      // A checkout: many names of a folder removed and written at once.
      const folder = letter()
      for (const file of 'abcdef') await rm(at(`${folder}/${file}`), { recursive: true, force: true })
      for (const file of 'abcdef') await writeFile(at(`${folder}/${file}`), text)
      return
    }
    default:
      return delay(random(4) * 10)
  }
}
