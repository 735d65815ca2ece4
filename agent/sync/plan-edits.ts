import { createInterner, diffSequences, diffWords, splitLines, splitWords, type TextEdit } from '#shared/text-diff.ts'
import type { StandingLines } from './standing-lines.ts'

const keyOf = ({ index, remove, insert }: TextEdit): string => `${index}:${remove}:${insert}`

interface Placed {
  readonly edit: TextEdit
  readonly from: number
  readonly to: number
}

/** All edits that lead to a text, with where in that text stands what they insert. */
const placed = (edits: readonly TextEdit[]): Placed[] => {
  let shift = 0
  return edits.map((edit) => {
    const from = edit.index + shift
    shift += edit.insert.length - edit.remove
    return { edit, from, to: from + edit.insert.length }
  })
}

/** Which lines of `theirs` stand in `other` at the same place. */
function inPlace(theirs: readonly string[], other: readonly string[]): ReadonlySet<number> {
  const idsOf = createInterner()
  const found = new Set(theirs.keys())
  for (const { aStart, aEnd } of diffSequences(idsOf(theirs), idsOf(other)))
    for (let at = aStart; at < aEnd; at++) found.delete(at)
  return found
}

/** `insert`, which stands at `from`, without the words that people have already. */
function withoutHad(insert: string, from: number, had: Uint8Array): string {
  if (!had.subarray(from, from + insert.length).includes(1)) return insert
  let at = from
  const isNew = (word: string): boolean => had.subarray(at, (at += word.length)).includes(0)
  return splitWords(insert).filter(isNew).join('')
}

/** What others wrote without the lines that are taken already; `had` are the units left of which the same is true. */
interface Left {
  readonly text: string
  readonly had: Uint8Array
}

/** Which units of the nth line of these are taken: all of it, some, or none at all. */
type TakenOf = (line: string, nth: number, index: number) => 'all' | readonly boolean[]

function leftOf(theirs: string, same: readonly Placed[], takenOf: TakenOf): Left {
  const had = new Uint8Array(theirs.length)
  const met = new Map<string, number>()
  let text = ''
  let end = 0
  for (const [index, line] of splitLines(theirs).entries()) {
    const start = end
    end += line.length
    const nth = (met.get(line) ?? 0) + 1
    met.set(line, nth)
    const taken = takenOf(line, nth, index)
    const inLine = same.filter(({ from, to }) => from < end && start < to)
    // A line in which both have changed the same stays, or the rest of it would be taken for deleted.
    if (inLine.length === 0 && taken === 'all') continue
    const shift = text.length - start
    if (taken !== 'all') had.set(taken.map(Number), text.length)
    for (const { from, to } of inLine) had.fill(1, shift + Math.max(start, from), shift + Math.min(end, to))
    text += line
  }
  return { text, had }
}

/** What leads from `seen` to `theirs`, done to `base`, which holds most of what `seen` does. */
function rebased(base: string, seen: string, theirs: string): string {
  /** of each unit of `seen` where it is in `base`; -1: nowhere */
  const at = new Int32Array(seen.length).fill(-1)
  let done = 0
  let shift = 0
  for (const { index, remove, insert } of [...diffWords(seen, base), { index: seen.length, remove: 0, insert: '' }]) {
    for (; done < index; done++) at[done] = done + shift
    done = index + remove
    shift += insert.length - remove
  }
  const isRemoved = new Uint8Array(base.length)
  const inserts = new Map<number, string>()
  for (const { index, remove, insert } of diffWords(seen, theirs)) {
    for (const unit of at.subarray(index, index + remove)) if (unit !== -1) isRemoved[unit] = 1
    const next = at.subarray(index).find((unit) => unit !== -1) ?? base.length
    inserts.set(next, (inserts.get(next) ?? '') + insert)
  }
  let text = ''
  for (let unit = 0; unit <= base.length; unit++) {
    text += inserts.get(unit) ?? ''
    if (unit < base.length && isRemoved[unit] === 0) text += base[unit]
  }
  return text
}

/**
 * What `theirs` changed of the base by line and inside changed lines by word, without what `mine` changed in the very
 * same way: identical hunks, and identical new lines at the same place, are taken once. Words stay whole, since somebody
 * may delete one meanwhile. `seen` is the base as the others saw it, where the merge had made another text of it: what
 * counts is what they changed of that. `standing` are lines of other moments: who had read one of those brings them along, and what of them still
 * stands in the document, with something added to it or at another place, is not put in a second time.
 */
export function planEdits(
  base: string,
  mine: string,
  others: string,
  { seen = base, standing = new Map() }: { readonly seen?: string | undefined; readonly standing?: StandingLines } = {},
): TextEdit[] {
  const theirs = seen === base ? others : rebased(base, seen, others)
  const all = diffWords(base, theirs)
  if (mine === base) return all
  const before = new Set(splitLines(base))
  const lines = splitLines(theirs)
  const there = inPlace(lines, splitLines(mine))
  const own = new Set(diffWords(base, mine).map(keyOf))
  const isOwn = ({ edit }: Placed): boolean => own.has(keyOf(edit))
  const { text, had } = leftOf(theirs, placed(all).filter(isOwn), (line, nth, index) => {
    if (before.has(line) || line.trim() === '') return []
    if (there.has(index)) return 'all'
    const units = nth === 1 ? standing.get(line) : undefined
    if (units === undefined) return []
    // Of a line that was put in without what stood elsewhere, the rest may stand as well.
    const rest = withoutHad(line, 0, Uint8Array.from(units, Number))
    const ofRest = rest.trim() === '' ? undefined : standing.get(rest)
    return (ofRest ?? units).every((stands) => stands) ? 'all' : units
  })
  return placed(diffWords(base, text))
    .filter((change) => !isOwn(change))
    .map(({ edit, from }) => ({ ...edit, insert: withoutHad(edit.insert, from, had) }))
    .filter(({ remove, insert }) => remove > 0 || insert !== '')
}
