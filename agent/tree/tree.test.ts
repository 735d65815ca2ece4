import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TreeDelta, TreeEntry } from '#shared/protocol/agent.ts'
import { createTree, type Tree } from './tree.ts'

let root: string
let tree: Tree
let seen: Map<string, TreeEntry>
let touched: string[]
let deltas: TreeDelta[]
let changed: () => void

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-tree-'))
  seen = new Map()
  touched = []
  deltas = []
  changed = () => {}
})
afterEach(async () => {
  tree.close()
  await rm(root, { recursive: true, force: true })
})

const at = (name: string) => path.join(root, name)

const start = async () => {
  tree = await createTree(root, {
    onDelta: (delta) => {
      deltas.push(delta)
      for (const gone of delta.removes) seen.delete(gone)
      for (const entry of delta.upserts) seen.set(entry.path, entry)
    },
    onTouched: (paths) => {
      touched.push(...paths)
      changed()
    },
    onWatchFailed: () => {},
  })
  seen = new Map(tree.snapshot().entries.map((entry) => [entry.path, entry]))
}

const until = (isTrue: () => boolean) =>
  new Promise<void>((resolve) => {
    changed = () => isTrue() && resolve()
    changed()
  })
const paths = () => [...seen.keys()].toSorted()
const sameAsDisk = async () => {
  const fresh = await createTree(root, { onDelta: () => {}, onTouched: () => {}, onWatchFailed: () => {} })
  const entries = fresh.snapshot().entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  fresh.close()
  expect([...seen.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(entries)
  expect(tree.snapshot().entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(entries)
}

it('finds files in folders made faster than they can be watched', async () => {
  await start()
  for (let i = 0; i < 20; i++) {
    await mkdir(at(`a${i}/b/c`), { recursive: true })
    await writeFile(at(`a${i}/b/c/file`), 'x')
  }
  await until(() => seen.size === 80)
  await sameAsDisk()
})

it('sees an atomic save as a change of the one file', async () => {
  await writeFile(at('a'), 'old')
  await start()
  await writeFile(at('.a.swp'), 'newer')
  await rename(at('.a.swp'), at('a'))
  await until(() => seen.get('a')?.size === 5)
  expect(touched).toContain('a')
  await sameAsDisk()
})

it('moves whole folders, and follows what happens in them after', async () => {
  await mkdir(at('one/deep'), { recursive: true })
  await writeFile(at('one/deep/a'), 'x')
  await start()
  await rename(at('one'), at('two'))
  await until(() => seen.has('two/deep/a') && !seen.has('one/deep/a'))
  await writeFile(at('two/deep/b'), 'y')
  await until(() => seen.has('two/deep/b'))
  await sameAsDisk()
})

it('notices a folder replaced by another of the same name', async () => {
  await mkdir(at('dir'))
  await writeFile(at('dir/old'), '')
  await mkdir(at('next'))
  await writeFile(at('next/new'), '')
  await start()
  await rm(at('dir'), { recursive: true })
  await rename(at('next'), at('dir'))
  await until(() => paths().join() === 'dir,dir/new')
  await writeFile(at('dir/later'), '')
  await until(() => seen.has('dir/later'))
  await sameAsDisk()
})

it('forgets what was removed, all of it', async () => {
  await mkdir(at('a/b/c'), { recursive: true })
  await writeFile(at('a/b/c/d'), '')
  await start()
  await rm(at('a'), { recursive: true })
  await until(() => seen.size === 0)
  await sameAsDisk()
})

it('turns a file into a folder and back', async () => {
  await writeFile(at('x'), '')
  await start()
  await rm(at('x'))
  await mkdir(at('x'))
  await writeFile(at('x/y'), '')
  await until(() => seen.has('x/y'))
  await rm(at('x'), { recursive: true })
  await writeFile(at('x'), '12')
  await until(() => seen.get('x')?.size === 2 && seen.size === 1)
  await sameAsDisk()
})

it('numbers its deltas so that a missing one would show', async () => {
  await start()
  const { revision } = tree.snapshot()
  await writeFile(at('a'), '')
  await until(() => seen.has('a'))
  await writeFile(at('b'), '')
  await until(() => seen.has('b'))
  expect(deltas[0]?.fromRevision).toBe(revision)
  for (const [i, delta] of deltas.entries()) if (i > 0) expect(delta.fromRevision).toBe(deltas[i - 1]?.revision)
  expect(tree.snapshot().revision).toBe(deltas.at(-1)?.revision)
})

it('lives with a folder that may not be read', async () => {
  await mkdir(at('closed'))
  await chmod(at('closed'), 0)
  await start()
  expect(paths()).toEqual(['closed'])
  await chmod(at('closed'), 0o755)
})
