import { mkdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TREE_PART_ENTRIES, type TreeDelta, type TreeEntry, type TreeMove } from '#shared/protocol/agent.ts'
import { createCauses } from './causes.ts'
import { createTree, type Tree } from './tree.ts'

let root: string
let tree: Tree
let seen: Map<string, TreeEntry>
let touched: string[]
let renames: TreeMove[]
let deltas: TreeDelta[]
let changed: () => void

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-tree-'))
  seen = new Map()
  touched = []
  renames = []
  deltas = []
  changed = () => {}
})
afterEach(async () => {
  tree.close()
  await rm(root, { recursive: true, force: true })
})

const at = (name: string) => path.join(root, name)

const start = async ({
  onPolling = () => {},
  ...options
}: Parameters<typeof createTree>[2] & { onPolling?: (folders: number) => void } = {}) => {
  tree = await createTree(
    root,
    {
      onDelta: (delta) => {
        deltas.push(delta)
        for (const gone of delta.removes) seen.delete(gone)
        for (const entry of delta.upserts) seen.set(entry.path, entry)
        changed()
      },
      onTouched: (paths) => touched.push(...paths),
      onRenamed: (moves) => renames.push(...moves),
      onPolling,
    },
    options,
  )
  seen = new Map(tree.snapshot().entries.map((entry) => [entry.path, entry]))
}

const until = (isTrue: () => boolean) =>
  new Promise<void>((resolve) => {
    changed = () => isTrue() && resolve()
    changed()
  })
const paths = () => [...seen.keys()].toSorted()
const sameAsDisk = async () => {
  const fresh = await createTree(root, {
    onDelta: () => {},
    onTouched: () => {},
    onRenamed: () => {},
    onPolling: () => {},
  })
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

it('tells a new name as such, also in another folder', async () => {
  await mkdir(at('one'))
  await mkdir(at('two'))
  await writeFile(at('one/a'), 'x')
  await start()
  await rename(at('one/a'), at('two/b'))
  await until(() => seen.has('two/b') && !seen.has('one/a'))
  expect(renames).toEqual([{ from: 'one/a', to: 'two/b' }])
  expect(deltas.flatMap((delta) => delta.renamed ?? [])).toEqual(renames)
  await sameAsDisk()
})

it('tells the new name of a folder once, whatever it holds, and what moved inside besides', async () => {
  await mkdir(at('one/deep'), { recursive: true })
  for (let i = 0; i < 3_000; i++) writeFileSync(at(`one/deep/${i}`), '')
  await start()
  await rename(at('one/deep/7'), at('one/seven'))
  await rename(at('one'), at('two'))
  await until(() => seen.has('two/deep/2999') && !seen.has('one/deep/2999'))
  await until(() => !seen.has('one'))
  expect(renames).toEqual([
    { from: 'one', to: 'two' },
    { from: 'two/deep/7', to: 'two/seven' },
  ])
  await sameAsDisk()
})

it('takes neither a save through another name nor a backup for a new name', async () => {
  await writeFile(at('a'), 'old')
  await start()
  await writeFile(at('.a.new'), 'newer')
  await until(() => seen.has('.a.new'))
  await rename(at('.a.new'), at('a'))
  await until(() => seen.get('a')?.size === 5 && !seen.has('.a.new'))
  await rename(at('a'), at('a~'))
  await delay(70)
  await writeFile(at('a'), 'newest')
  await until(() => seen.get('a')?.size === 6 && seen.has('a~'))
  expect(renames).toEqual([])
  await sameAsDisk()
})

it('takes no file for another that was given its inode', async () => {
  for (let i = 0; i < 50; i++) writeFileSync(at(`old${i}`), '')
  await start()
  for (let i = 0; i < 50; i++) rmSync(at(`old${i}`))
  for (let i = 0; i < 50; i++) writeFileSync(at(`new${i}`), '')
  await until(() => seen.has('new49') && !seen.has('old49'))
  expect(renames).toEqual([])
  await sameAsDisk()
})

it('follows a folder that was made anew with the inode of the old one', async () => {
  await mkdir(at('dir'))
  await start()
  rmSync(at('dir'), { recursive: true })
  mkdirSync(at('dir'))
  await writeFile(at('beside'), '')
  await until(() => seen.has('beside'))
  await writeFile(at('dir/later'), '')
  await until(() => seen.has('dir/later'))
  await sameAsDisk()
})

it('cuts what is too much for one message', async () => {
  await start()
  await mkdir(at('many'))
  for (let i = 0; i < 5_000; i++) writeFileSync(at(`many/${i}`), '')
  await until(() => seen.size === 5_001)
  for (const delta of deltas) expect(delta.upserts.length + delta.removes.length).toBeLessThanOrEqual(TREE_PART_ENTRIES)
  await sameAsDisk()
})

it('finds what happened while the queue of the kernel was full', async () => {
  for (let i = 0; i < 100; i++) mkdirSync(at(`d${i}`))
  await start()
  // More events than the kernel keeps, and nobody reads them meanwhile.
  for (let i = 0; i < 10_000; i++) writeFileSync(at(`d${i % 100}/f${i}`), 'x')
  await until(() => seen.size === 10_100)
  await sameAsDisk()
})

it('reads folders again and again that the system lends no watcher for, and watches them once it does', async () => {
  await mkdir(at('far'))
  let isFull = true
  const polled: number[] = []
  await start({
    pollMs: 20,
    watch: ((...args: Parameters<typeof watch>) => {
      if (isFull && String(args[0]).endsWith('far')) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      return watch(...args)
    }) as typeof watch,
    onPolling: (folders) => polled.push(folders),
  })
  await writeFile(at('far/a'), 'x')
  await until(() => seen.has('far/a'))
  expect(polled).toEqual([1])
  isFull = false
  await writeFile(at('far/b'), 'x')
  await until(() => seen.has('far/b'))
  await expect.poll(() => polled).toEqual([1, 0])
  await sameAsDisk()
})

it('tells changes by people from those of programs, and those of git', async () => {
  await mkdir(at('.git'))
  const causes = createCauses(root)
  await start({ causes })
  causes.own('mine')
  await writeFile(at('mine'), '')
  await until(() => seen.has('mine'))
  await writeFile(at('theirs'), '')
  await until(() => seen.has('theirs'))
  await writeFile(at('.git/index.lock'), '')
  await writeFile(at('gits'), '')
  await until(() => seen.has('gits'))
  const by = (name: string) => deltas.find((delta) => delta.upserts.some((entry) => entry.path === name))?.by
  expect([by('mine'), by('theirs'), by('gits')]).toEqual([undefined, 'disk', 'git'])
})

it('takes the folders made for what people put there for theirs, and nothing else in them', async () => {
  const causes = createCauses(root)
  await start({ causes })
  causes.own('new/deep/mine')
  await mkdir(at('new/deep'), { recursive: true })
  await writeFile(at('new/deep/mine'), '')
  await writeFile(at('new/deep/theirs'), '')
  await until(() => ['new/deep/mine', 'new/deep/theirs'].every((name) => seen.has(name)))
  const by = (name: string) => deltas.find((delta) => delta.upserts.some((entry) => entry.path === name))?.by
  expect(['new', 'new/deep', 'new/deep/mine', 'new/deep/theirs'].map(by)).toEqual([
    undefined,
    undefined,
    undefined,
    'disk',
  ])
})
