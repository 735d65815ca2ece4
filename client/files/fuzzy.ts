/** One candidate that contains the letters of the query, in order. Higher is better. */
export interface Match<T> {
  readonly item: T
  readonly score: number
  /** where the letters stand in the candidate's NFC form */
  readonly at: readonly number[]
}

/** Case and Unicode form do not matter: Korean typed as NFC finds names that macOS stored as NFD. */
export const foldForSearch = (text: string): string => text.normalize('NFC').toLowerCase()

const isBoundary = (text: string, at: number): boolean => at === 0 || '/-_. '.includes(text[at - 1] ?? '')

function scoreOf(query: string, text: string): { score: number; at: number[] } | null {
  const nameStart = text.lastIndexOf('/') + 1
  const whole = text.indexOf(query, nameStart)
  if (whole >= 0) {
    const at = Array.from(query, (_, i) => whole + i)
    return {
      score:
        1000 -
        text.length * 0.1 +
        (isBoundary(text, whole) ? 200 : 0) +
        (query.length / (text.length - nameStart)) * 100,
      at,
    }
  }
  const at: number[] = []
  let [score, from] = [0, 0]
  for (const letter of query) {
    const found = text.indexOf(letter, from)
    if (found < 0) return null
    const isNext = found === (at.at(-1) ?? -2) + 1
    score += 1 + (isNext ? 8 : 0) + (isBoundary(text, found) ? 6 : 0) + (found >= nameStart ? 3 : 0)
    at.push(found)
    from = found + letter.length
  }
  return { score: score - text.length * 0.05, at }
}

/** The best `limit` matches; all in their own order where the query is empty. */
export function fuzzyFind<T>(
  query: string,
  items: readonly T[],
  textOf: (item: T) => string,
  limit: number,
): Match<T>[] {
  const folded = foldForSearch(query).replaceAll(' ', '')
  if (folded === '') return items.slice(0, limit).map((item) => ({ item, score: 0, at: [] }))
  const matches: Match<T>[] = []
  for (const item of items) {
    const found = scoreOf(folded, textOf(item))
    if (found !== null) matches.push({ item, ...found })
  }
  return matches.sort((a, b) => b.score - a.score).slice(0, limit)
}
