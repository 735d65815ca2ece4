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
/** A word that may be a path, absolute or an address of a file, then `:12:3`, `(12,3)`, or nothing. */
const FILE =
  /(?<word>(?:file:\/\/)?[\p{L}\p{N}_.@~+%/-]+)(?::(?<line>\d+)(?::(?<column>\d+))?|\((?<row>\d+)(?:,(?<place>\d+))?\))?/gu
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
    const { word = '', line, column, row, place } = match.groups ?? {}
    const isPlaced = line !== undefined || row !== undefined
    // The dot that ends a sentence is not the name's.
    const name = isPlaced ? word : word.replace(/\.+$/, '')
    const end = match.index + match[0].length - (word.length - name.length)
    // Any word may be a file's name; only what looks like one is looked up.
    if ((!isPlaced && !/[./]/.test(name)) || !isFree(match.index, end)) continue
    const path = toPath(name)
    if (path === null) continue
    links.push({ type: 'file', start: match.index, end, path, ...placeOf(line ?? row, column ?? place) })
  }
  return links
}

const placeOf = (
  line: string | undefined,
  column: string | undefined,
): { line: number | null; column: number | null } => ({
  line: line === undefined ? null : Number(line),
  column: column === undefined ? null : Number(column),
})
