/** Past this many pairs of lines to compare, lines are not looked for in one another: time stays bounded. */
const MAX_PAIRS = 40_000
/** So much of two lines has to be common for one to be the other, changed. */
const SIMILAR = 0.5
/** Blank lines between two that belong together belong together too, and never pull others apart. */
const BLANK = 0.01

type Words = ReadonlyMap<string, number>

const wordsOf = (line: string): Words => {
  const counts = new Map<string, number>()
  for (const word of line.match(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + word.length)
  return counts
}

const sizeOf = (words: Words): number => [...words.values()].reduce((sum, length) => sum + length, 0)

/** From 0 to 1: how much of two lines is made of the same words, blanks aside (Dice's coefficient). */
function similarity(a: Words, aSize: number, b: Words, bSize: number): number {
  if (aSize === 0 || bSize === 0) return aSize === bSize ? BLANK : 0
  let common = 0
  for (const [word, length] of a) common += Math.min(length, b.get(word) ?? 0)
  const share = (2 * common) / (aSize + bSize)
  return share >= SIMILAR ? share : 0
}

/**
 * Which of the old lines became which of the new ones, in order: pairs of places, so that as much as possible stays
 * together. Without it, words that many lines share would tie one line to another, and what somebody types in the one
 * would come to stand in the other.
 */
export function pairSimilarLines(a: readonly string[], b: readonly string[]): [number, number][] {
  if (a.length * b.length > MAX_PAIRS) return []
  const aWords = a.map(wordsOf)
  const bWords = b.map(wordsOf)
  const aSizes = aWords.map(sizeOf)
  const bSizes = bWords.map(sizeOf)
  const width = b.length + 1
  const scores = new Float64Array(a.length * b.length)
  // The best sum for the lines from here on.
  const best = new Float64Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const score = similarity(aWords[i]!, aSizes[i]!, bWords[j]!, bSizes[j]!)
      scores[i * b.length + j] = score
      const paired = score > 0 ? score + best[(i + 1) * width + j + 1]! : 0
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j]!, best[i * width + j + 1]!)
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const score = scores[i * b.length + j]!
    const now = best[i * width + j]!
    if (score > 0 && now === score + best[(i + 1) * width + j + 1]!) pairs.push([i++, j++])
    else if (now === best[(i + 1) * width + j]!) i++
    else j++
  }
  return pairs
}
