import { HUNKS_MAX } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import { diffWholeLines } from '#shared/text-diff.ts'

/** The lines from `from` to `to` (UTF-16 offsets of the old text) are to become `newText`. */
export interface TextHunk {
  readonly from: number
  readonly to: number
  readonly newText: string
}

/** From the first to the last difference: more would hold up everyone while it is compared. */
const DIFFERENT_CHARS = 1_000_000
const HAS_WORDS = /[\p{L}\p{N}]/u

/**
 * What one text changes of another, in whole lines, ascending: few enough to be judged one by one. Changes that only
 * blank lines or brackets part are one; past HUNKS_MAX the nearest are joined.
 */
export function hunksOf(base: string, next: string): readonly TextHunk[] {
  const { head, tail } = equalEnds(base, next)
  const [before, after] = [base.slice(head, base.length - tail), next.slice(head, next.length - tail)]
  if (before.length + after.length > DIFFERENT_CHARS) throw new AppError('too_large')
  const hunks = diffWholeLines(before, after).map(({ index, remove, insert }) => ({
    from: head + index,
    to: head + index + remove,
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

/** How many characters two texts have in common before and after what differs, in whole lines. */
function equalEnds(a: string, b: string): { readonly head: number; readonly tail: number } {
  const most = Math.min(a.length, b.length)
  const equal = longest(most, (n) => a.startsWith(b.slice(0, n)))
  const head = equal === 0 ? 0 : a.lastIndexOf('\n', equal - 1) + 1
  const tail = longest(most - head, (n) => a.endsWith(b.slice(b.length - n)))
  // The tail begins after a line break, or it would take the rest of a line that differs.
  const lineBreak = a.indexOf('\n', a.length - tail)
  return { head, tail: lineBreak === -1 ? 0 : a.length - lineBreak - 1 }
}

/** The largest number up to `most` for which it is so; it is so for all below. */
function longest(most: number, isSo: (n: number) => boolean): number {
  let [low, high] = [0, most]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isSo(middle)) low = middle
    else high = middle - 1
  }
  return low
}
