import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { appendFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { toEntry } from '../fs/file-calls.ts'
import { createTree } from './tree.ts'

const OPERATIONS = 1_000

/** Small, and the same for the same seed (mulberry32). */
const randomFrom = (seed: number) => (below: number) => {
  seed = (seed + 0x6d2b79f5) | 0
  let x = Math.imul(seed ^ (seed >>> 15), seed | 1)
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
  return ((x ^ (x >>> 14)) >>> 0) % below
}

const scan = (root: string, folder = ''): TreeEntry[] =>
  readdirSync(path.join(root, folder)).flatMap((name) => {
    const relative = path.join(folder, name)
    const entry = toEntry(relative, lstatSync(path.join(root, relative)))
    return entry.kind === 'folder' ? [entry, ...scan(root, relative)] : [entry]
  })

const sorted = (entries: Iterable<TreeEntry>) => [...entries].toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** What programs do to folders. Those that cannot be done here and now change nothing. */
async function operate(root: string, random: (below: number) => number): Promise<void> {
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

it.each([1, 2, 3])('misses nothing in a thousand operations, seed %i', async (seed) => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'pairloom-tree-'))
  const seen = new Map<string, TreeEntry>()
  const tree = await createTree(root, {
    onDelta: ({ removes, upserts }) => {
      for (const gone of removes) seen.delete(gone)
      for (const entry of upserts) seen.set(entry.path, entry)
    },
    onTouched: () => {},
    onRenamed: () => {},
    onPolling: () => {},
  })
  try {
    const random = randomFrom(seed)
    for (let i = 0; i < OPERATIONS; i++) {
      await operate(root, random).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error)) throw error
      })
    }
    await expect.poll(() => sorted(seen.values()), { timeout: 5_000 }).toEqual(sorted(scan(root)))
    expect(sorted(tree.snapshot().entries)).toEqual(sorted(seen.values()))
  } finally {
    tree.close()
    rmSync(root, { recursive: true, force: true })
  }
})
