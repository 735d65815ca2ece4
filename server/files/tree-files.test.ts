import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { createTreeFiles } from './tree-files.ts'
import { createTreeStore } from './tree-store.ts'

const ID = 'w'.repeat(22) as WorkspaceId
const ENTRIES = Array.from({ length: 2_500 }, (_, i): TreeEntry => ({
  path: `한글/${i}`,
  kind: 'file',
  size: i,
  mtimeMs: 1,
}))
let folder: string
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'pairloom-tree-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = () => {
  const trees = createTreeStore()
  const fileOf = (id: WorkspaceId) => path.join(folder, id)
  return { trees, files: createTreeFiles({ fileOf, trees, log: pino({ level: 'silent' }) }) }
}

const keep = async (): Promise<void> => {
  const { trees, files } = start()
  trees.replace(ID, { revision: 1, entries: ENTRIES })
  files.changed(ID)
  await files.close()
}

it('has the last tree after a restart, and the agent’s first word replaces it with a higher revision', async () => {
  await keep()
  const { trees, files } = start()
  expect(trees.get(ID)).toBeNull()
  await files.load(ID)
  expect(trees.get(ID)).toEqual({ revision: 1, entries: ENTRIES })
  expect(trees.apply(ID, { fromRevision: 0, revision: 1, upserts: [], removes: [] })).toBeNull()
  expect(trees.replace(ID, { revision: 1, entries: [] })).toBe(2)
  expect(await readdir(folder)).toEqual([ID])
})

it('takes no kept tree over what an agent has said', async () => {
  await keep()
  const { trees, files } = start()
  const loading = files.load(ID)
  trees.replace(ID, { revision: 1, entries: [] })
  await loading
  expect(trees.get(ID)?.entries).toEqual([])
})

it.each([0, 20, 90_000])('waits for the agent where only %i bytes of the file are there', async (length) => {
  await keep()
  await truncate(path.join(folder, ID), length)
  const { trees, files } = start()
  await files.load(ID)
  expect(trees.get(ID)).toBeNull()
})
