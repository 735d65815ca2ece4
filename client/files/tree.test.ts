import { describe, expect, it, vi } from 'vitest'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { addListing, applyDeltas, childrenOf, startTree, visibleRows } from './tree.ts'

const entry = (path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({ path, kind, size: 1, mtimeMs: 0 })
const tree = startTree(3, [
  entry('src', 'folder'),
  entry('src/b.ts'),
  entry('src/a10.ts'),
  entry('src/a9.ts'),
  entry('README.md'),
])
const shown = (t: typeof tree, open: string[]): string[] =>
  visibleRows(t, new Set(open)).map((r) => `${'  '.repeat(r.depth)}${r.name}`)

describe('the file tree', () => {
  it('shows folders first, then names as people count', () => {
    expect(shown(tree, ['src'])).toEqual(['src', '  a9.ts', '  a10.ts', '  b.ts', 'README.md'])
  })
  it('hides what is inside a closed folder', () => {
    expect(shown(tree, [])).toEqual(['src', 'README.md'])
  })
  it('follows a delta, and a removed folder takes its files along', () => {
    const next = applyDeltas(tree, [{ fromRevision: 3, revision: 4, upserts: [entry('new.ts')], removes: ['src'] }])
    expect(next && shown(next, ['src'])).toEqual(['new.ts', 'README.md'])
  })
  it('asks for the whole where a delta was missed, and ignores one it has', () => {
    expect(applyDeltas(tree, [{ fromRevision: 5, revision: 6, upserts: [], removes: [] }])).toBeNull()
    expect(applyDeltas(tree, [{ fromRevision: 2, revision: 3, upserts: [], removes: ['src'] }])).toBe(tree)
  })
  it('lists an ignored folder once it is opened', () => {
    const start = startTree(1, [entry('node_modules', 'folder')])
    expect(shown(addListing(start, 'node_modules', [entry('node_modules/yjs', 'folder')]), ['node_modules'])).toEqual([
      'node_modules',
      '  yjs',
    ])
  })
  it('follows several deltas at once, each from where the last one ended', () => {
    const next = applyDeltas(tree, [
      { fromRevision: 3, revision: 4, upserts: [], removes: ['src'] },
      { fromRevision: 4, revision: 5, upserts: [entry('src', 'folder'), entry('src/c.ts')], removes: ['README.md'] },
    ])
    expect(next?.revision).toBe(5)
    expect(next && shown(next, ['src'])).toEqual(['src', '  c.ts'])
    expect(shown(tree, ['src'])).toHaveLength(5)
    const torn = { fromRevision: 5, revision: 6, upserts: [], removes: [] }
    expect(applyDeltas(tree, [{ fromRevision: 3, revision: 4, upserts: [], removes: [] }, torn])).toBeNull()
  })
})

describe('a tree of 20,000 files', () => {
  let reads = 0
  /** Counts how often it is looked at. */
  const counted = (path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({
    ...entry(path, kind),
    get path() {
      reads++
      return path
    },
  })
  const FOLDERS = Array.from({ length: 200 }, (_, f) => `f${f}`)
  const many = startTree(
    1,
    FOLDERS.flatMap((folder) => [
      counted(folder, 'folder'),
      ...Array.from({ length: 100 }, (_, i) => counted(`${folder}/x${i}.ts`)),
    ]),
  )
  const all = new Set(FOLDERS)
  /** How often something goes through a whole map. */
  const countWalks = (task: () => void): number => {
    const spies = (['keys', 'values', 'entries', 'forEach'] as const).map((name) => vi.spyOn(Map.prototype, name))
    task()
    const walks = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
    for (const spy of spies) spy.mockRestore()
    return walks
  }

  it('gives every row of open folders', () => {
    expect(visibleRows(many, all)).toHaveLength(20_200)
  })
  it('costs a removed file no look at the others', () => {
    const removes = FOLDERS.slice(0, 100).flatMap((f) => Array.from({ length: 50 }, (_, i) => `${f}/x${i}.ts`))
    const walks = countWalks(() => {
      expect(applyDeltas(many, [{ fromRevision: 1, revision: 2, upserts: [], removes }])?.entries.size).toBe(15_200)
    })
    expect(walks).toBe(0)
  })
  it('costs a removed folder a walk through what it held and no other', () => {
    const walks = countWalks(() => {
      expect(applyDeltas(many, [{ fromRevision: 1, revision: 2, upserts: [], removes: ['f7'] }])?.entries.size).toBe(
        20_099,
      )
    })
    expect(walks).toBe(1)
  })
  it('sorts again only the folder in which something changed', () => {
    visibleRows(many, all)
    const next = applyDeltas(many, [{ fromRevision: 1, revision: 2, upserts: [entry('f7/new.ts')], removes: [] }])
    reads = 0
    for (const folder of FOLDERS) if (next !== null) childrenOf(next, folder)
    expect(reads).toBeGreaterThan(0)
    expect(reads).toBeLessThan(5_000)
  })
})
