import { pairSimilarLines } from './similar-lines.ts'

/** `aStart..aEnd` of one sequence stands where `bStart..bEnd` of the other does. */
export interface Hunk {
  readonly aStart: number
  readonly aEnd: number
  readonly bStart: number
  readonly bEnd: number
}

/** Replace `remove` UTF-16 units at `index` of the old text by `insert`. Lists are ascending and do not overlap. */
export interface TextEdit {
  readonly index: number
  readonly remove: number
  readonly insert: string
}

/** Past this many differences the middle is taken as one replacement: time and memory stay bounded. */
const MAX_DIFFERENCES = 600

/** Myers, "An O(ND) difference algorithm" (1986), keeping each round's frontier to walk back; null when it costs too much. */
const myers = (
  a: readonly number[],
  b: readonly number[],
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): Hunk[] | null => {
  const n = a1 - a0
  const m = b1 - b0
  const max = Math.min(n + m, MAX_DIFFERENCES)
  const offset = max + 1
  const frontier = new Int32Array(2 * max + 3)
  const rounds: Int32Array[] = []
  for (let d = 0; d <= max; d++) {
    rounds.push(frontier.slice(offset - d - 1, offset + d + 2))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && frontier[offset + k - 1]! < frontier[offset + k + 1]!)
      let x = down ? frontier[offset + k + 1]! : frontier[offset + k - 1]! + 1
      while (x < n && x - k < m && a[a0 + x] === b[b0 + x - k]) x++
      frontier[offset + k] = x
      if (x >= n && x - k >= m) return walkBack(rounds, n, m, a0, b0)
    }
  }
  return null
}

const walkBack = (rounds: Int32Array[], n: number, m: number, a0: number, b0: number): Hunk[] => {
  const hunks: Hunk[] = []
  let x = n
  let y = m
  for (let d = rounds.length - 1; d > 0; d--) {
    const round = rounds[d]!
    const at = (k: number): number => round[k + d + 1]!
    const k = x - y
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const fromX = down ? at(k + 1) : at(k - 1)
    const fromY = fromX - (down ? k + 1 : k - 1)
    const edit = down
      ? { aStart: a0 + fromX, aEnd: a0 + fromX, bStart: b0 + fromY, bEnd: b0 + fromY + 1 }
      : { aStart: a0 + fromX, aEnd: a0 + fromX + 1, bStart: b0 + fromY, bEnd: b0 + fromY }
    const next = hunks.at(-1)
    if (next !== undefined && next.aStart === edit.aEnd && next.bStart === edit.bEnd) {
      hunks[hunks.length - 1] = { ...next, aStart: edit.aStart, bStart: edit.bStart }
    } else hunks.push(edit)
    x = fromX
    y = fromY
  }
  return hunks.reverse()
}

/** Pairs of items that occur once in both ranges, in an order both share (patience): safe places to cut. */
const anchors = (
  a: readonly number[],
  b: readonly number[],
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): [number, number][] => {
  const seen = new Map<number, { a: number; b: number }>()
  for (let i = a0; i < a1; i++) seen.set(a[i]!, { a: seen.has(a[i]!) ? -2 : i, b: -1 })
  for (let j = b0; j < b1; j++) {
    const entry = seen.get(b[j]!)
    if (entry !== undefined) entry.b = entry.b === -1 ? j : -2
  }
  const pairs = [...seen.values()].filter((p) => p.a >= 0 && p.b >= 0).toSorted((p, q) => p.a - q.a)
  // Longest ascending run of b, by piles.
  const tops: number[] = []
  const before: number[] = []
  pairs.forEach((pair, i) => {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[tops[middle]!]!.b < pair.b) low = middle + 1
      else high = middle
    }
    before[i] = low > 0 ? tops[low - 1]! : -1
    tops[low] = i
  })
  const run: [number, number][] = []
  for (let i = tops.at(-1) ?? -1; i >= 0; i = before[i]!) run.push([pairs[i]!.a, pairs[i]!.b])
  return run.reverse()
}

/** Differences of two sequences of interned items, ascending. Exact when they are few, else cut at unique items. */
export function diffSequences(a: readonly number[], b: readonly number[]): Hunk[] {
  const hunks: Hunk[] = []
  const range = (a0: number, a1: number, b0: number, b1: number, mayCut: boolean): void => {
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) (a0++, b0++)
    while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) (a1--, b1--)
    if (a0 === a1 && b0 === b1) return
    const whole = { aStart: a0, aEnd: a1, bStart: b0, bEnd: b1 }
    if (a0 === a1 || b0 === b1) return void hunks.push(whole)
    const exact = myers(a, b, a0, a1, b0, b1)
    if (exact !== null) return void hunks.push(...exact)
    const cuts = mayCut ? anchors(a, b, a0, a1, b0, b1) : []
    if (cuts.length === 0) return void hunks.push(whole)
    let fromA = a0
    let fromB = b0
    for (const [atA, atB] of cuts) {
      range(fromA, atA, fromB, atB, true)
      fromA = atA + 1
      fromB = atB + 1
    }
    range(fromA, a1, fromB, b1, true)
  }
  range(0, a.length, 0, b.length, true)
  return slideDown(hunks, a, b)
}

/**
 * An insertion or deletion between equal items could stand at several places; it stands at the last, so that two
 * diffs of one change tell it alike.
 */
function slideDown(hunks: readonly Hunk[], a: readonly number[], b: readonly number[]): Hunk[] {
  const slid: Hunk[] = []
  for (const hunk of hunks.toReversed()) {
    let { aStart, aEnd, bStart, bEnd } = hunk
    const next = slid.at(-1)
    const end = next?.aStart ?? a.length
    const isPure = aStart === aEnd || bStart === bEnd
    const isSameBelow = (): boolean => (aStart === aEnd ? a[aEnd] === b[bStart] : a[aStart] === a[aEnd])
    while (isPure && aEnd < end && isSameBelow()) (aStart++, aEnd++, bStart++, bEnd++)
    if (next !== undefined && next.aStart === aEnd && next.bStart === bEnd)
      slid[slid.length - 1] = { ...next, aStart, bStart }
    else slid.push({ aStart, aEnd, bStart, bEnd })
  }
  return slid.reverse()
}

/** Gives equal strings equal numbers, across several texts. */
export const createInterner = (): ((items: readonly string[]) => number[]) => {
  const ids = new Map<string, number>()
  return (items) =>
    items.map((item) => {
      const id = ids.get(item) ?? ids.size
      ids.set(item, id)
      return id
    })
}

/** Lines with their LF; the last may lack it. '' has none. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** Words, blanks and single other characters; never half a surrogate pair. */
export const splitWords = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}_]+|[^\S\n]+|[^]/gu) ?? []

const splitCharacters = (text: string): string[] => [...text]

const starts = (items: readonly string[]): number[] => {
  const at = [0]
  for (const item of items) at.push(at.at(-1)! + item.length)
  return at
}

const diffBy = (
  split: (text: string) => string[],
  from: string,
  to: string,
  finer?: (f: string, t: string) => TextEdit[],
): TextEdit[] => {
  const a = split(from)
  const b = split(to)
  const intern = createInterner()
  const hunks = diffSequences(intern(a), intern(b))
  const atA = starts(a)
  const atB = starts(b)
  return hunks.flatMap((h) => {
    const index = atA[h.aStart]!
    const removed = from.slice(index, atA[h.aEnd]!)
    const insert = to.slice(atB[h.bStart]!, atB[h.bEnd]!)
    if (finer === undefined || removed === '' || insert === '') return [{ index, remove: removed.length, insert }]
    return finer(removed, insert).map((e) => ({ ...e, index: index + e.index }))
  })
}

/** Blank lines and lone brackets are everywhere: that they are alike says nothing of what stands between them. */
const HAS_WORD = /[\p{L}\p{N}]/u

/** Changed stretches between which only such lines stand, as one, so that lines find what they became. */
function gather(hunks: readonly Hunk[], lines: readonly string[]): Hunk[][] {
  const groups: Hunk[][] = []
  for (const hunk of hunks) {
    const before = groups.at(-1)?.at(-1)
    const isNear = before !== undefined && !lines.slice(before.aEnd, hunk.aStart).some((line) => HAS_WORD.test(line))
    if (isNear) groups.at(-1)!.push(hunk)
    else groups.push([hunk])
  }
  return groups
}

/** By line; a line that another became is compared with that one by `finer`, whatever else moved in between. */
function diffByLines(from: string, to: string, finer: (f: string, t: string) => TextEdit[]): TextEdit[] {
  const a = splitLines(from)
  const b = splitLines(to)
  const intern = createInterner()
  const atA = starts(a)
  const atB = starts(b)
  const edits: TextEdit[] = []
  const change = ({ aStart, aEnd, bStart, bEnd }: Hunk): void => {
    const index = atA[aStart]!
    const removed = from.slice(index, atA[aEnd]!)
    const insert = to.slice(atB[bStart]!, atB[bEnd]!)
    if (removed === insert) return
    if (removed === '' || insert === '') edits.push({ index, remove: removed.length, insert })
    else edits.push(...finer(removed, insert).map((edit) => ({ ...edit, index: index + edit.index })))
  }
  for (const hunks of gather(diffSequences(intern(a), intern(b)), a)) {
    const { aStart, bStart } = hunks[0]!
    const { aEnd, bEnd } = hunks.at(-1)!
    const pairs = pairSimilarLines(a.slice(aStart, aEnd), b.slice(bStart, bEnd))
    if (!pairs.some(([i]) => HAS_WORD.test(a[aStart + i]!))) {
      hunks.forEach(change)
      continue
    }
    let [i, j] = [aStart, bStart]
    for (const [nextA, nextB] of pairs.map(([m, n]) => [aStart + m, bStart + n] as const)) {
      change({ aStart: i, aEnd: nextA, bStart: j, bEnd: nextB })
      change({ aStart: nextA, aEnd: nextA + 1, bStart: nextB, bEnd: nextB + 1 })
      ;[i, j] = [nextA + 1, nextB + 1]
    }
    change({ aStart: i, aEnd, bStart: j, bEnd })
  }
  return edits
}

/** Lines `from` to `to` (exclusive) of the old text became `lines`. */
export interface LineChange {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** The changes from one list of lines to another, ascending. */
export function diffLines(before: readonly string[], after: readonly string[]): LineChange[] {
  const intern = createInterner()
  return diffSequences(intern(before), intern(after)).map(({ aStart, aEnd, bStart, bEnd }) => ({
    from: aStart,
    to: aEnd,
    lines: after.slice(bStart, bEnd),
  }))
}

/** The edits from one text to another, whole lines at a time. */
export const diffWholeLines = (from: string, to: string): TextEdit[] => diffBy(splitLines, from, to)

const diffByWords = (from: string, to: string): TextEdit[] => diffBy(splitWords, from, to)
const diffByCharacters = (from: string, to: string): TextEdit[] =>
  diffBy(splitWords, from, to, (f, t) => diffBy(splitCharacters, f, t))

/** The edits from one text to another: by line, and inside changed lines by word. */
export const diffWords = (from: string, to: string): TextEdit[] =>
  from === to ? [] : diffByLines(from, to, diffByWords)

/** As `diffWords`, and inside changed words by character: the fewest units touched, for live documents. */
export const diffText = (from: string, to: string): TextEdit[] =>
  from === to ? [] : diffByLines(from, to, diffByCharacters)

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = ''
  let at = 0
  for (const edit of edits) {
    out += text.slice(at, edit.index) + edit.insert
    at = edit.index + edit.remove
  }
  return out + text.slice(at)
}
