import { HUNKS_MAX } from '#shared/api/suggestions.ts'
import { diffWholeLines } from '#shared/text-diff.ts'

/** The lines from `from` to `to` (UTF-16 offsets of the old text) are to become `newText`. */
export interface TextHunk {
  readonly from: number
  readonly to: number
  readonly newText: string
}

const HAS_WORDS = /[\p{L}\p{N}]/u

/**
 * What one text changes of another, in whole lines, ascending: few enough to be judged one by one. Changes that only
 * blank lines or brackets part are one; past HUNKS_MAX the nearest are joined.
 */
export function hunksOf(base: string, next: string): readonly TextHunk[] {
  const hunks = diffWholeLines(base, next).map(({ index, remove, insert }) => ({
    from: index,
    to: index + remove,
    newText: insert,
  }))
  const gaps = hunks.slice(1).map((hunk, i) => hunk.from - hunks[i]!.to)
  const nearest = gaps.toSorted((a, b) => a - b)
  const surplus = hunks.length - HUNKS_MAX
  const joinWithin = surplus > 0 ? nearest[surplus - 1]! : -1
  const joined: TextHunk[] = []
  for (const hunk of hunks) {
    const last = joined.at(-1)
    const gap = last === undefined ? '' : base.slice(last.to, hunk.from)
    if (last !== undefined && (gap.length <= joinWithin || !HAS_WORDS.test(gap)))
      joined[joined.length - 1] = { from: last.from, to: hunk.to, newText: last.newText + gap + hunk.newText }
    else joined.push(hunk)
  }
  return joined
}
