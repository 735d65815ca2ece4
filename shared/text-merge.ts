import { applyEdits, diffText, diffWholeLines, diffWords, type TextEdit } from './text-diff.ts'

export interface MergeResult {
  readonly text: string
  /** both changed the same words: their lines stand one under the other, and somebody should look */
  readonly hasConflict: boolean
}

/**
 * The one three-way merge (L7, K2). What either side deleted of the base goes, what either side inserted stays (mine
 * first where both inserted at one place), and hunks identical on both sides are taken once, as in diff3. This holds
 * word by word; where both changed the same words it holds line by line, so that no word is made of two halves.
 */
export function mergeThreeWay(base: string, mine: string, theirs: string): MergeResult {
  if (mine === theirs || theirs === base) return { text: mine, hasConflict: false }
  if (mine === base) return { text: theirs, hasConflict: false }
  const isOpenEnded = endsOpen(base, mine, theirs)
  const [b, m, t] = [closed(base), closed(mine), closed(theirs)] as const
  const { edits, hasConflict } = combineSides(b, m, t)
  const text = applyEdits(b, edits)
  return { text: isOpenEnded && text.endsWith('\n') ? text.slice(0, -1) : text, hasConflict }
}

/** The merged text alone, where nobody is there to be told of a conflict. */
export const mergeText = (base: string, mine: string, theirs: string): string => mergeThreeWay(base, mine, theirs).text

/** The edits that bring `mine` to the merged text, as small as they can be: cursors nearby stay where they are. */
export const mergeEdits = (base: string, mine: string, theirs: string): TextEdit[] =>
  diffText(mine, mergeText(base, mine, theirs))

// Lines are merged with their break. A last line without one would be glued to what the other side wrote after it.
const closed = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** Should the merged text end without a line break? Whoever changed that wins; an empty side has no say. */
function endsOpen(base: string, ...sides: readonly string[]): boolean {
  const isOpen = (text: string): boolean => !text.endsWith('\n')
  const voices = sides.filter((side) => side !== '')
  if (base === '') return voices.every(isOpen)
  const before = isOpen(base)
  return voices.some((side) => isOpen(side) !== before) ? !before : before
}

/** What one side did to some lines of the base, coarse and fine. */
interface LineEdit {
  readonly side: 'mine' | 'theirs'
  readonly start: number
  readonly end: number
  readonly whole: TextEdit
  readonly words: readonly TextEdit[]
}

const lineEdits = (side: LineEdit['side'], base: string, after: string): LineEdit[] =>
  diffWholeLines(base, after).map((whole) => {
    const { index, remove, insert } = whole
    const words = diffWords(base.slice(index, index + remove), insert)
    return {
      side,
      start: index,
      end: index + remove,
      whole,
      words: words.map((e) => ({ ...e, index: index + e.index })),
    }
  })

/** Both sides' edits of the base, ascending, none overlapping another. */
function combineSides(base: string, mine: string, theirs: string): { edits: TextEdit[]; hasConflict: boolean } {
  const all = [...lineEdits('mine', base, mine), ...lineEdits('theirs', base, theirs)].toSorted(
    (p, q) => p.start - q.start || p.end - q.end,
  )
  const edits: TextEdit[] = []
  let hasConflict = false
  for (const group of touching(all)) {
    const of = (side: LineEdit['side']): LineEdit[] => group.filter((e) => e.side === side)
    const [ours, others] = [of('mine'), of('theirs')]
    const words = [ours.flatMap((e) => e.words), others.flatMap((e) => e.words)] as const
    if (!anyPair(...words, collide)) {
      edits.push(...combine(...words))
      continue
    }
    const [mineLines, theirLines] = [ours, others].map((side) => side.map((e) => e.whole.insert).join('')) as [
      string,
      string,
    ]
    // Between the edits of such a group no line is left that neither has replaced.
    const index = group[0]!.start
    const insert = bothLines(mineLines, theirLines)
    edits.push({ index, remove: Math.max(...group.map((e) => e.end)) - index, insert })
    // Lines inserted at one place stand one after the other; and who did what the other did, and more, is agreed with.
    const isMore = (less: string, more: string): boolean => less !== '' && insert === more
    const isAgreed = isMore(mineLines, theirLines) || isMore(theirLines, mineLines)
    const wholes = [ours.map((e) => e.whole), others.map((e) => e.whole)] as const
    hasConflict ||= !isAgreed && anyPair(...wholes, overlap)
  }
  return { edits, hasConflict }
}

/** Mine and theirs, lines in common once. */
const bothLines = (mine: string, theirs: string): string =>
  applyEdits(
    mine,
    diffWholeLines(mine, theirs).map(({ index, remove, insert }) => ({ index: index + remove, remove: 0, insert })),
  )

/** Groups of edits that share lines of the base; each group is merged for itself. */
function touching(sorted: readonly LineEdit[]): LineEdit[][] {
  const groups: LineEdit[][] = []
  let end = -1
  for (const edit of sorted) {
    const last = groups.at(-1)
    if (last !== undefined && (edit.start < end || edit.start === last[0]?.start)) last.push(edit)
    else groups.push([edit])
    end = Math.max(end, edit.end)
  }
  return groups
}

const isSame = (p: TextEdit, q: TextEdit): boolean =>
  p.index === q.index && p.remove === q.remove && p.insert === q.insert

/** Does an edit of mine and one of theirs that touch each other pass the test? Both lists are ascending. */
function anyPair(
  mine: readonly TextEdit[],
  theirs: readonly TextEdit[],
  test: (p: TextEdit, q: TextEdit) => boolean,
): boolean {
  for (const [p, q] of touchingPairs(mine, theirs)) if (test(p, q)) return true
  return false
}

/** Each edit of mine with each of theirs that touches it; both lists are ascending. */
export function* touchingPairs(
  mine: readonly TextEdit[],
  theirs: readonly TextEdit[],
): Generator<readonly [TextEdit, TextEdit]> {
  let from = 0
  for (const p of mine) {
    while (from < theirs.length && theirs[from]!.index + theirs[from]!.remove < p.index) from += 1
    for (let i = from; i < theirs.length && theirs[i]!.index <= p.index + p.remove; i++) yield [p, theirs[i]!]
  }
}

/** Both write in the place of the same text, or one writes inside what the other takes out. */
export const overlap = (p: TextEdit, q: TextEdit): boolean => {
  // Two deletions are one, and the same edit is taken once.
  if (isSame(p, q) || (p.insert === '' && q.insert === '')) return false
  return p.index < q.index + q.remove && q.index < p.index + p.remove
}

/** What would make one word of two: an overlap, different insertions at one point, blanks deleted on both sides. */
const collide = (p: TextEdit, q: TextEdit): boolean => {
  if (isSame(p, q)) return false
  if (overlap(p, q) || (p.remove === 0 && q.remove === 0 && p.index === q.index)) return true
  const [pEnd, qEnd] = [p.index + p.remove, q.index + q.remove]
  const isWithin = (p.index <= q.index && qEnd <= pEnd) || (q.index <= p.index && pEnd <= qEnd)
  return p.index < qEnd && q.index < pEnd && !isWithin
}

/** Insertions sit at points of the base; deletions are ranges of it. Each side's are joined, then written out in order. */
export const combine = (mine: readonly TextEdit[], theirs: readonly TextEdit[]): TextEdit[] => {
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
