import { describe, expect, it } from 'vitest'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { addListing, applyDelta, childrenOf, startTree, visibleRows } from './tree.ts'

const entry = (path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({ path, kind, size: 1, mtimeMs: 0 })
const tree = startTree(3, [
  entry('src', 'folder'),
  entry('src/b.ts'),
  entry('src/a10.ts'),
  entry('src/a9.ts'),
  entry('README.md'),
])
const shown = (t: typeof tree, open: string[]): string[] =>
  visibleRows(childrenOf(t), new Set(open)).map((r) => `${'  '.repeat(r.depth)}${r.name}`)

describe('the file tree', () => {
  it('shows folders first, then names as people count', () => {
    expect(shown(tree, ['src'])).toEqual(['src', '  a9.ts', '  a10.ts', '  b.ts', 'README.md'])
  })
  it('hides what is inside a closed folder', () => {
    expect(shown(tree, [])).toEqual(['src', 'README.md'])
  })
  it('follows a delta, and a removed folder takes its files along', () => {
    const next = applyDelta(tree, { fromRevision: 3, revision: 4, upserts: [entry('new.ts')], removes: ['src'] })
    expect(next && shown(next, ['src'])).toEqual(['new.ts', 'README.md'])
  })
  it('asks for the whole where a delta was missed, and ignores one it has', () => {
    expect(applyDelta(tree, { fromRevision: 5, revision: 6, upserts: [], removes: [] })).toBeNull()
    expect(applyDelta(tree, { fromRevision: 2, revision: 3, upserts: [], removes: ['src'] })).toBe(tree)
  })
  it('lists an ignored folder once it is opened', () => {
    const start = startTree(1, [entry('node_modules', 'folder')])
    expect(shown(addListing(start, 'node_modules', [entry('node_modules/yjs', 'folder')]), ['node_modules'])).toEqual([
      'node_modules',
      '  yjs',
    ])
  })
  it('gives every row of 20,000 files in open folders', () => {
    const many = startTree(
      1,
      Array.from({ length: 200 }, (_, f) => [
        entry(`f${f}`, 'folder'),
        ...Array.from({ length: 100 }, (__, i) => entry(`f${f}/x${i}.ts`)),
      ]).flat(),
    )
    const children = childrenOf(many)
    const all = new Set(Array.from({ length: 200 }, (_, f) => `f${f}`))
    expect(visibleRows(children, all)).toHaveLength(20_200)
  })
})
