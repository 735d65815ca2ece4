import type { TreeDelta } from '#shared/protocol/agent.ts'
import type { WorkbenchStore } from './state.ts'
import type { Tree } from './tree.ts'

/** So long a row says what happened to its file. */
const MARK_MS = 6_000

/** What a program on the disk, or git, did to a file or folder. */
export interface DiskMark {
  readonly kind: 'changed' | 'created' | 'renamed'
  readonly by: 'disk' | 'git'
}

/** The marks of these deltas; `before` is the tree as people saw it until now. */
export function marksOf(before: Tree, deltas: readonly TreeDelta[]): ReadonlyMap<string, DiskMark> {
  const marks = new Map<string, DiskMark>()
  for (const { by, upserts, renamed = [], removes } of deltas) {
    for (const path of removes) marks.delete(path)
    if (by === undefined) continue
    const moved = new Set(renamed.map(({ to }) => to))
    for (const { path, kind } of upserts) {
      const isKnown = before.entries.has(path) || marks.has(path)
      // A folder changes with whatever is in it.
      if (kind === 'folder' && isKnown && !moved.has(path)) continue
      marks.set(path, { by, kind: moved.has(path) ? 'renamed' : isKnown ? 'changed' : 'created' })
    }
  }
  return marks
}

/** Shows marks in the tree, each for a few seconds. */
export function createDiskMarks(store: WorkbenchStore): {
  readonly show: (marks: ReadonlyMap<string, DiskMark>) => void
  readonly close: () => void
} {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  return {
    show(marks) {
      if (marks.size === 0) return
      store.setState(({ diskMarks }) => ({ diskMarks: new Map([...diskMarks, ...marks]) }))
      const timer = setTimeout(() => {
        timers.delete(timer)
        // One that was marked again meanwhile stays as long as its own time.
        store.setState(({ diskMarks }) => ({
          diskMarks: new Map([...diskMarks].filter(([path, mark]) => marks.get(path) !== mark)),
        }))
      }, MARK_MS)
      timers.add(timer)
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
