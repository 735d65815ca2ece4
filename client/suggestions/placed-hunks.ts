import type { HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { View } from '../editor/ghost-text/view.ts'
import { type DecodedRange, decodeRange, locateRange, type Range } from '../editor/anchors.ts'
import { type HunkShape, shapeHunk } from './hunk-shape.ts'
import { hunkId, openHunks } from './summary.ts'
import type * as Y from 'yjs'

/** An open hunk at its place in the text of now. */
export interface PlacedHunk {
  readonly id: string
  readonly suggestion: SuggestionInfo
  readonly hunk: HunkInfo
  readonly range: Range
  /** what stands there is not what it was made for */
  readonly isConflict: boolean
  readonly shape: HunkShape
}

const decoded = new WeakMap<HunkInfo, DecodedRange | null>()

function decodeOnce(hunk: HunkInfo): DecodedRange | null {
  const known = decoded.get(hunk)
  if (known !== undefined) return known
  const range = decodeRange(hunk)
  decoded.set(hunk, range)
  return range
}

/** As `shared/whole-lines.ts` has it, for a text that is not at hand as a whole. */
export function wholeLinesIn(view: View, { from, to }: Range): Range {
  const start = view.lineStart(from)
  const isWhole = to === start || view.slice(to - 1, to) === '\n'
  return { from: start, to: isWhole ? to : Math.min(view.length(), view.lineEnd(to) + 1) }
}

/** Where a hunk stands in this text now: on whole lines, like all hunks. */
export function locateHunk(text: Y.Text, view: View, hunk: HunkInfo): Range | null {
  const range = locateRange(text, decodeOnce(hunk))
  return range === null || range.to > view.length() ? null : wholeLinesIn(view, range)
}

/** The open hunks in the order of the text; those whose place is gone are left to the list. */
export function placeHunks(text: Y.Text, view: View, suggestions: readonly SuggestionInfo[]): PlacedHunk[] {
  const placed = suggestions.flatMap((suggestion) =>
    openHunks(suggestion).flatMap((hunk) => {
      const range = locateHunk(text, view, hunk)
      if (range === null) return []
      const isConflict = view.slice(range.from, range.to) !== hunk.baseText
      const id = hunkId({ suggestionId: suggestion.id, position: hunk.position })
      return [{ id, suggestion, hunk, range, isConflict, shape: shapeHunk(view, range, hunk.newText) }]
    }),
  )
  return placed.toSorted((a, b) => a.range.from - b.range.from || a.hunk.position - b.hunk.position)
}

/** Which hunk comes next from a place, going round; `current` is where somebody stepped to last. */
export function stepHunk(
  placed: readonly PlacedHunk[],
  caret: number,
  current: string | null,
  by: 1 | -1,
): PlacedHunk | null {
  const at = placed.findIndex((one) => one.id === current)
  const isThere = at >= 0 && placed[at]?.range.from === caret
  const last = placed.length - 1
  if (isThere) return placed[(at + by + placed.length) % placed.length] ?? null
  if (by === 1) return placed.find((one) => one.range.from >= caret) ?? placed[0] ?? null
  return placed.findLast((one) => one.range.from < caret) ?? placed[last] ?? null
}
