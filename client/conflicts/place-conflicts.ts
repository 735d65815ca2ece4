import type * as Y from 'yjs'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import { isOpenConflict } from '#shared/text-conflict.ts'
import { decodeRange, locateRange } from '../editor/anchors.ts'
import type { View } from '../editor/ghost-text/view.ts'
import type { PlacedConflict } from './conflicts.ts'

/** Those that are still to be decided in the text of now, in its order. */
export function placeConflicts(
  text: Y.Text,
  view: View & { readonly lineOf: (offset: number) => number },
  all: readonly ConflictInfo[],
): PlacedConflict[] {
  return all
    .flatMap((info): PlacedConflict[] => {
      const range = locateRange(text, decodeRange(info))
      if (range === null || range.to > view.length()) return []
      const now = view.slice(range.from, range.to)
      const { document, disk, merged } = info
      if (!isOpenConflict({ mine: document, theirs: disk, merged }, null, now)) return []
      return [{ info, ...range, line: view.lineOf(range.from), now }]
    })
    .toSorted((a, b) => a.from - b.from)
}
