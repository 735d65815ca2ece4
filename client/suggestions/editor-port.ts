import type { AnchoredRange } from '#shared/api/suggestions.ts'
import type { HunkKey } from './summary.ts'

/** Lines of a document that somebody wants changed: a request of AI, or a proposal to people. */
export interface Passage {
  readonly documentId: string
  readonly path: string
  /** null: the whole document */
  readonly range: AnchoredRange | null
  readonly text: string
  readonly fromLine: number
  readonly toLine: number
}

/** What suggestions need of an editor that shows a document; client/suggestions/inside.tsx is one. */
export interface EditorPort {
  readonly documentId: string
  readonly path: () => string
  /** Ctrl-Z reaches what the server did for this person */
  readonly noteOutside: (undo: () => void) => () => void
  readonly goTo: (key: HunkKey) => void
  /** to the next or previous open hunk; null where there is none */
  readonly step: (by: 1 | -1) => HunkKey | null
  readonly hunkAtCaret: () => HunkKey | null
  /** the lines of the selection; where nothing is selected, the caret's line or the whole document */
  readonly passage: (ifNothing: 'line' | 'whole') => Passage | null
  /** exactly what is selected, or the caret */
  readonly exactRange: () => AnchoredRange | null
  readonly hasSelection: () => boolean
  readonly focus: () => void
}
