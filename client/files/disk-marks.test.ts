import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { createDiskMarks, marksOf } from './disk-marks.ts'
import { createWorkbenchStore } from './state.ts'
import { startTree } from './tree.ts'

const entry = (path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({ path, kind, size: 1, mtimeMs: 0 })
const tree = startTree(1, [entry('src', 'folder'), entry('src/a.ts'), entry('b.ts')])
const delta = { fromRevision: 1, revision: 2, upserts: [], removes: [] }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('says what was changed, created and renamed, and by whom', () => {
  const marks = marksOf(tree, [
    { ...delta, by: 'git', upserts: [entry('src', 'folder'), entry('src/a.ts'), entry('src/new.ts')] },
    { ...delta, by: 'disk', upserts: [entry('c.ts')], removes: ['b.ts'], renamed: [{ from: 'b.ts', to: 'c.ts' }] },
  ])
  expect(Object.fromEntries(marks)).toEqual({
    'src/a.ts': { kind: 'changed', by: 'git' },
    'src/new.ts': { kind: 'created', by: 'git' },
    'c.ts': { kind: 'renamed', by: 'disk' },
  })
})

it('says nothing of what people did here', () => {
  expect(marksOf(tree, [{ ...delta, upserts: [entry('b.ts'), entry('new.ts')] }]).size).toBe(0)
})

it('shows each mark for a few seconds, and one that came again from its last time on', () => {
  const store = createWorkbenchStore(true)
  const marks = createDiskMarks(store)
  marks.show(marksOf(tree, [{ ...delta, by: 'git', upserts: [entry('b.ts'), entry('src/a.ts')] }]))
  vi.advanceTimersByTime(4_000)
  marks.show(marksOf(tree, [{ ...delta, by: 'disk', upserts: [entry('b.ts')] }]))
  vi.advanceTimersByTime(3_000)
  expect([...store.getState().diskMarks]).toEqual([['b.ts', { kind: 'changed', by: 'disk' }]])
  vi.advanceTimersByTime(3_000)
  expect(store.getState().diskMarks.size).toBe(0)
})
