import type { ConflictInfo } from '#shared/api/conflicts.ts'

export interface FileConflicts {
  readonly path: string
  /** in the order of the text */
  readonly conflicts: readonly ConflictInfo[]
}

/** Files by path, and the places of each by line. */
export function byFile(all: readonly ConflictInfo[]): readonly FileConflicts[] {
  const files = Map.groupBy(all, ({ path }) => path)
  return [...files]
    .map(([path, conflicts]) => ({ path, conflicts: conflicts.toSorted((a, b) => a.line - b.line) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
