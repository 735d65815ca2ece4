import type { monaco } from '../editor/monaco.ts'
import type { DiffChange, LineRange } from './types.ts'

/** Monaco says 0 for the end of lines there are none of, and then means the line before the place. */
const rangeOf = (start: number, end: number): LineRange =>
  end === 0 ? { from: start + 1, to: start + 1 } : { from: start, to: end + 1 }

/** The changes that a diff editor shows now; null while it compares. */
export const changesIn = (editor: monaco.editor.IDiffEditor): DiffChange[] | null =>
  editor.getLineChanges()?.map((change) => ({
    original: rangeOf(change.originalStartLineNumber, change.originalEndLineNumber),
    modified: rangeOf(change.modifiedStartLineNumber, change.modifiedEndLineNumber),
  })) ?? null
