/** Lines of the file that some code stands for: those from `from` to `to` (exclusive) are the code's. */
export interface Alignment {
  readonly from: number
  readonly to: number
  /** lines that both have, or nearly, ascending */
  readonly pairs: readonly { readonly file: number; readonly code: number }[]
}

/** A table of more cells holds up everyone else. In a larger file only what is around equal lines is looked at. */
const MAX_CELLS = 400_000

/** Points. Equal lines with words count most; a bracket is everywhere; a gap costs little, for lines are changed. */
const EQUAL = 30
const EQUAL_WITHOUT_WORDS = 2
/** of lines that begin with the same words, at most */
const ALIKE = 28
const FILE_GAP = 3
const CODE_GAP = 1
/** One line that is alike is enough for code of one or two lines; more code wants more. */
const ENOUGH = 15
const ENOUGH_A_LINE = 5

const WORDS = /[\p{L}\p{N}_$]+/gu

/**
 * Where in a file some code belongs: a local alignment (Smith and Waterman, 1981) of lines, in which equal lines weigh
 * more than lines that begin with the same words. Null: nowhere, or in two places as well.
 */
export function alignLines(file: readonly string[], code: readonly string[]): Alignment | null {
  if (file.length * code.length <= MAX_CELLS) return alignNear(file, code)
  const near = nearEqualLines(file, code)
  if (near === null || (near.to - near.from) * code.length > MAX_CELLS) return null
  const found = alignNear(file.slice(near.from, near.to), code)
  if (found === null) return null
  const pairs = found.pairs.map((pair) => ({ ...pair, file: pair.file + near.from }))
  return { from: found.from + near.from, to: found.to + near.from, pairs }
}

/** From well before the first line to well behind the last that occurs once in the file, and in the code. */
function nearEqualLines(
  file: readonly string[],
  code: readonly string[],
): { readonly from: number; readonly to: number } | null {
  const wanted = new Map<string, number[]>()
  for (const line of code) if (line.match(WORDS)) wanted.set(line.trim(), [])
  file.forEach((line, i) => wanted.get(line.trim())?.push(i))
  const lines = [...wanted.values()].filter(({ length }) => length === 1).flat()
  if (lines.length === 0) return null
  const margin = 2 * code.length
  return { from: Math.max(0, Math.min(...lines) - margin), to: Math.min(file.length, Math.max(...lines) + margin) }
}

function alignNear(file: readonly string[], code: readonly string[]): Alignment | null {
  const keysOf = createKeys()
  const [a, b] = [keysOf(file), keysOf(code)]
  const table = score(a, b)
  const best = endOfBest(table, a.length, b.length)
  const worded = b.filter(({ words }) => words.length > 0).length
  if (best.points < Math.max(ENOUGH, worded * ENOUGH_A_LINE)) return null
  const found = walkBack(table, a, b, best)
  return hasRival(table, a, b, found, best.points) ? null : found
}

/** A line and its words as numbers, which compare fast. */
interface LineKey {
  readonly text: number
  readonly words: readonly number[]
  readonly isBlank: boolean
}

const WORDS_OF_A_LINE = 12

function createKeys(): (lines: readonly string[]) => LineKey[] {
  const numbers = new Map<string, number>()
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size
    numbers.set(text, known)
    return known
  }
  return (lines) =>
    lines.map((line) => {
      const text = line.trim()
      const words = text.match(WORDS)?.slice(0, WORDS_OF_A_LINE) ?? []
      return { text: numberOf(text), words: words.map(numberOf), isBlank: text === '' }
    })
}

function match(a: LineKey, b: LineKey): number {
  if (a.text === b.text) return a.words.length > 0 ? EQUAL : a.isBlank ? 0 : EQUAL_WITHOUT_WORDS
  if (a.words[0] !== b.words[0] || a.words.length === 0) return 0
  const [fewer, more] = [Math.min(a.words.length, b.words.length), Math.max(a.words.length, b.words.length)]
  let same = 1
  while (same < fewer && a.words[same] === b.words[same]) same++
  return same * 2 > fewer ? Math.floor((ALIKE * (same / fewer + same / more)) / 2) : 0
}

/** Points of the best alignment that ends before each pair of lines; row by row, one more column than lines of code. */
function score(a: readonly LineKey[], b: readonly LineKey[]): Int32Array {
  const width = b.length + 1
  const table = new Int32Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const points = match(a[i - 1]!, b[j - 1]!)
      table[i * width + j] = Math.max(
        0,
        points > 0 ? table[(i - 1) * width + j - 1]! + points : 0,
        table[(i - 1) * width + j]! - FILE_GAP,
        table[i * width + j - 1]! - CODE_GAP,
      )
    }
  }
  return table
}

interface Cell {
  readonly i: number
  readonly j: number
  readonly points: number
}

function endOfBest(table: Int32Array, rows: number, columns: number): Cell {
  let best: Cell = { i: 0, j: 0, points: 0 }
  for (let i = 1; i <= rows; i++) {
    for (let j = 1; j <= columns; j++) {
      const points = table[i * (columns + 1) + j]!
      if (points > best.points) best = { i, j, points }
    }
  }
  return best
}

function walkBack(table: Int32Array, a: readonly LineKey[], b: readonly LineKey[], end: Cell): Alignment {
  const width = b.length + 1
  const pairs: { file: number; code: number }[] = []
  let { i, j } = end
  while (table[i * width + j]! > 0) {
    const points = match(a[i - 1]!, b[j - 1]!)
    if (points > 0 && table[i * width + j] === table[(i - 1) * width + j - 1]! + points) {
      i--
      j--
      pairs.push({ file: i, code: j })
    } else if (table[i * width + j] === table[(i - 1) * width + j]! - FILE_GAP) i--
    else j--
  }
  pairs.reverse()
  return { from: pairs[0]!.file, to: pairs.at(-1)!.file + 1, pairs }
}

/** Whether the code would fit as well where the found place is not. */
function hasRival(
  table: Int32Array,
  a: readonly LineKey[],
  b: readonly LineKey[],
  { from, to }: Alignment,
  points: number,
): boolean {
  const before = endOfBest(table, from, b.length)
  if (before.points >= points) return true
  const after = a.slice(to)
  return endOfBest(score(after, b), after.length, b.length).points >= points
}
