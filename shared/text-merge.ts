import { applyEdits, diffText, diffWords, type TextEdit } from './text-diff.ts'

/**
 * Three-way merge that loses nothing: what either side deleted of the base goes, what either side inserted
 * stays (mine first where both inserted at one place), and hunks identical on both sides are taken once, as in diff3.
 */
export function mergeText(base: string, mine: string, theirs: string): string {
  if (mine === theirs || theirs === base) return mine
  if (mine === base) return theirs
  return applyEdits(base, combine(diffWords(base, mine), diffWords(base, theirs)))
}

/** The edits that bring `mine` to the merged text, as small as they can be: cursors nearby stay where they are. */
export const mergeEdits = (base: string, mine: string, theirs: string): TextEdit[] =>
  diffText(mine, mergeText(base, mine, theirs))

/** Insertions sit at points of the base; deletions are ranges of it. Each side's are joined, then written out in order. */
const combine = (mine: readonly TextEdit[], theirs: readonly TextEdit[]): TextEdit[] => {
  const shared = new Set(mine.map((e) => `${e.index}:${e.remove}:${e.insert}`))
  const all = [...mine, ...theirs.filter((e) => !shared.has(`${e.index}:${e.remove}:${e.insert}`))]
  const removed = joinRanges(all.filter((e) => e.remove > 0).map((e) => [e.index, e.index + e.remove]))
  // An insertion inside a range the other side deleted stands at its own place in the order.
  // A pure insertion comes before what replaces the text at its place, or the two would be glued together.
  const inserts = all
    .filter((e) => e.insert !== '')
    .toSorted((p, q) => p.index - q.index || Number(p.remove > 0) - Number(q.remove > 0))
  const out: TextEdit[] = []
  let next = 0
  for (const [start, end] of [...removed, [Infinity, Infinity] as const]) {
    for (; next < inserts.length && inserts[next]!.index < start; next++) {
      out.push({ index: inserts[next]!.index, remove: 0, insert: inserts[next]!.insert })
    }
    let insert = ''
    for (; next < inserts.length && inserts[next]!.index < end; next++) insert += inserts[next]!.insert
    if (end !== Infinity) out.push({ index: start, remove: end - start, insert })
  }
  return out
}

const joinRanges = (ranges: [number, number][]): [number, number][] => {
  const joined: [number, number][] = []
  for (const [start, end] of ranges.toSorted((p, q) => p[0] - q[0])) {
    const last = joined.at(-1)
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}
