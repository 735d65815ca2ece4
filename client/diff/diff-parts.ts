import type { DiffAuthor, DiffChange, DiffNote, DiffSide } from './types.ts'

/** What the two ways of showing a comparison are given. */
export interface DiffParts {
  readonly path: string
  readonly original: DiffSide
  readonly modified: DiffSide
  readonly ignoresBlanks: boolean
  readonly authorOf: ((change: DiffChange) => DiffAuthor | null) | undefined
  readonly notes: readonly DiffNote[]
  /** the change to go to; null until somebody steps */
  readonly shown: number | null
  readonly onChanges: (changes: readonly DiffChange[]) => void
}
