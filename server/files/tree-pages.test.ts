import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { createTreePages } from './tree-pages.ts'
import { createTreeStore } from './tree-store.ts'

const ID = 'w'.repeat(22) as WorkspaceId
const SIZE = 20_000
const ENTRIES = Array.from({ length: SIZE }, (_, i): TreeEntry => ({
  path: `글/${i}`,
  kind: 'file',
  size: i,
  mtimeMs: 1,
}))

/** Pages of a tree that counts how often one of its entries is written out. */
const start = () => {
  let written = 0
  const counted = ENTRIES.map((entry) => ({ ...entry, toJSON: () => (written++, entry) }))
  const trees = createTreeStore()
  trees.replace(ID, { revision: 1, entries: counted })
  return { trees, pages: createTreePages(trees), written: () => written }
}

const parse = (bytes: Buffer | null): unknown => JSON.parse(String(gunzipSync(bytes ?? Buffer.alloc(0))))

it('writes a tree out once, however many ask for it at once and later', async () => {
  const { pages, written } = start()
  const all = await Promise.all(Array.from({ length: 50 }, () => pages.read(ID, 'running', null)))
  expect(parse(all[49] ?? null)).toEqual({ revision: 1, agent: 'running', hold: null, entries: ENTRIES })
  expect(await pages.read(ID, 'running', null)).toBe(all[0])
  expect(written()).toBe(SIZE)
})

it('writes it anew where the tree or its agent changed', async () => {
  const { trees, pages } = start()
  await pages.read(ID, 'starting', null)
  expect(parse(await pages.read(ID, 'running', null))).toMatchObject({ agent: 'running' })
  trees.apply(ID, { fromRevision: 1, revision: 2, upserts: [], removes: ENTRIES.slice(1).map(({ path }) => path) })
  expect(parse(await pages.read(ID, 'running', null))).toEqual({
    revision: 2,
    agent: 'running',
    hold: null,
    entries: [ENTRIES[0]],
  })
})

it('lets the loop go after every few thousand entries', async () => {
  const { pages, written } = start()
  let before = written()
  let most = 0
  let isDone = false
  const reading = pages.read(ID, 'running', null).finally(() => (isDone = true))
  while (!isDone) {
    most = Math.max(most, written() - before)
    before = written()
    await nextTurn()
  }
  await reading
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(4_000)
})

it('shows a tree of nothing, and none where none is known', async () => {
  const trees = createTreeStore()
  const pages = createTreePages(trees)
  expect(await pages.read(ID, 'running', null)).toBeNull()
  trees.replace(ID, { revision: 1, entries: [] })
  expect(parse(await pages.read(ID, 'running', null))).toEqual({
    revision: 1,
    agent: 'running',
    hold: null,
    entries: [],
  })
})
