import { expect, it } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { createTreeStore } from './tree-store.ts'

const ID = 'w'.repeat(22) as WorkspaceId
const PARTS = 25
const PART_ENTRIES = 2_000

const entry = (path: string): TreeEntry => ({ path, kind: 'file', size: 1, mtimeMs: 1 })

it('takes each part of a large snapshot in as it comes, and leaves nothing for its end', () => {
  const trees = createTreeStore()
  let looks = 0
  const counted = (path: string): TreeEntry => ({
    ...entry(path),
    get path() {
      looks++
      return path
    },
  })
  for (let part = 0; part < PARTS; part++) {
    looks = 0
    const entries = Array.from({ length: PART_ENTRIES }, (_, i) => counted(`${part}/${i}`))
    trees.part(ID, { revision: 1, entries })
    expect(looks).toBe(PART_ENTRIES)
  }
  looks = 0
  expect(trees.get(ID)).toBeNull()
  expect(trees.replace(ID, { revision: 1, entries: [] })).toBe(1)
  expect(looks).toBe(0)
  expect(trees.get(ID)?.entries).toHaveLength(PARTS * PART_ENTRIES)
})

it('shows the old tree until the new one is whole, and drops a beginning whose end never came', () => {
  const trees = createTreeStore()
  trees.replace(ID, { revision: 1, entries: [entry('old')] })
  trees.part(ID, { revision: 2, entries: [entry('lost')] })
  expect(trees.get(ID)).toEqual({ revision: 1, entries: [entry('old')] })
  trees.part(ID, { revision: 3, entries: [entry('a')] })
  trees.replace(ID, { revision: 3, entries: [entry('b')] })
  expect(trees.get(ID)).toEqual({ revision: 2, entries: [entry('a'), entry('b')] })
})

it('refuses a delta that does not follow, and one that would make the tree too large', () => {
  const trees = createTreeStore()
  for (let part = 0; part < 250; part++)
    trees.part(ID, { revision: 4, entries: Array.from({ length: PART_ENTRIES }, (_, i) => entry(`${part}/${i}`)) })
  trees.replace(ID, { revision: 4, entries: [entry('one too many')] })
  expect(trees.find(ID, 'one too many')).toBeNull()
  expect(trees.find(ID, '249/1999')).toEqual(entry('249/1999'))
  expect(trees.apply(ID, { fromRevision: 4, revision: 5, upserts: [entry('more')], removes: [] })).toBeNull()
  expect(trees.apply(ID, { fromRevision: 9, revision: 10, upserts: [], removes: [] })).toBeNull()
  expect(trees.apply(ID, { fromRevision: 4, revision: 5, upserts: [], removes: ['0/0'] })).toMatchObject({
    revision: 2,
  })
})
