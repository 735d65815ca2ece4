export type FoundLink =
  | { readonly type: 'web'; readonly start: number; readonly end: number; readonly url: string }
  | {
      readonly type: 'file'
      readonly start: number
      readonly end: number
      readonly path: string
      readonly line: number | null
      readonly column: number | null
    }

const WEB = /\bhttps?:\/\/[^\s"'`<>\p{Cc}]+/gu
/** Trailing punctuation belongs to the sentence, not to the address. */
const TRAILING = /[.,;:!?)\]}]+$/
const PYTHON = /File "([^"]+)", line (\d+)/g
/** A path has a dot or a slash in it; then `:12:3`, `(12,3)` or nothing. Letters of any language. */
const FILE =
  /(?:[\p{L}\p{N}_.@~+-]+\/)*[\p{L}\p{N}_@~+-]+(?:\.[\p{L}\p{N}_-]+)+(?:[:(](\d+)(?:[:,](\d+))?\)?)?|(?:[\p{L}\p{N}_.@~+-]+\/)+[\p{L}\p{N}_@~+-]+(?:[:(](\d+)(?:[:,](\d+))?\)?)?/gu
/** A line of output longer than this is data. */
const MAX_LINE = 4_000

/**
 * Addresses and files named in a line of output, with their places in it. `toPath` says which file of the workspace a
 * word names, or null.
 */
export function findLinks(text: string, toPath: (word: string) => string | null): FoundLink[] {
  if (text.length > MAX_LINE) return []
  const links: FoundLink[] = []
  const isFree = (start: number, end: number): boolean => links.every((l) => end <= l.start || start >= l.end)

  for (const match of text.matchAll(WEB)) {
    const url = match[0].replace(TRAILING, '')
    links.push({ type: 'web', start: match.index, end: match.index + url.length, url })
  }
  for (const match of text.matchAll(PYTHON)) {
    const path = toPath(match[1] ?? '')
    if (path === null) continue
    const end = match.index + match[0].length
    links.push({ type: 'file', start: match.index, end, path, line: Number(match[2]), column: null })
  }
  for (const match of text.matchAll(FILE)) {
    const end = match.index + match[0].length
    if (!isFree(match.index, end)) continue
    const word = match[0].replace(/[:(]\d+(?:[:,]\d+)?\)?$/, '')
    const path = toPath(word)
    if (path === null) continue
    const line = match[1] ?? match[3]
    const column = match[2] ?? match[4]
    links.push({
      type: 'file',
      start: match.index,
      end,
      path,
      line: line === undefined ? null : Number(line),
      column: column === undefined ? null : Number(column),
    })
  }
  return links
}
