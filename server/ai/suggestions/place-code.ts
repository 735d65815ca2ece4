import { splitLines } from '#shared/text-diff.ts'
import { alignLines, type Alignment } from './align-lines.ts'

/** "…" alone, or as a comment that may say what was left out. */
const LEFT_OUT = /^\s*(?:(?:\/\/|#|--|;|%|\/\*|<!--|\{\s*\/\*)\s*(?:\.{3}|…).*|(?:\.{3}|…))\s*$/
const HAS_WORDS = /[\p{L}\p{N}]/u
/** So much of a file's lines in a piece of code: it is the file. Less is enough where it begins and ends like it. */
const WHOLE = 0.9
const WHOLE_AT_BOTH_ENDS = 0.5

/**
 * The file as a piece of code from a conversation means it: the code is the whole file, or goes in the place of the
 * lines that resemble it, at their indentation; what it leaves out with "…" stays. Null: no place, or more than one.
 */
export function placeCode(file: string, code: string): string | null {
  if (file.trim() === '') return endLike(file, code)
  const lines = splitLines(file)
  const parts = partsOf(splitLines(code))
  if (parts.length === 0) return null
  const isInParts = parts.length > 1 || parts[0]!.isLedIn || parts[0]!.isLedOut
  if (!isInParts) {
    const alignment = alignLines(lines, parts[0]!.lines)
    if (alignment !== null && isWholeFile(lines, parts[0]!.lines, alignment)) return endLike(file, code)
  }
  const out: string[] = []
  let at = 0
  for (const part of parts) {
    const rest = lines.slice(at)
    const found = alignLines(rest, part.lines)
    if (found === null) return null
    const code = indentedLike(rest, part.lines, found)
    const { from, to } = wholeBlock(rest, code, found)
    out.push(...rest.slice(0, from), ...closed(code))
    at += to
  }
  const next = [...out, ...lines.slice(at)].join('')
  return file.endsWith('\n') ? next : next.replace(/\n$/, '')
}

interface Part {
  readonly lines: readonly string[]
  /** something was left out before it, after it */
  readonly isLedIn: boolean
  readonly isLedOut: boolean
}

function partsOf(code: readonly string[]): Part[] {
  const parts: Part[] = []
  let lines: string[] = []
  let isLedIn = false
  const end = (isLedOut: boolean): void => {
    if (lines.some((line) => HAS_WORDS.test(line))) parts.push({ lines, isLedIn, isLedOut })
    lines = []
    isLedIn = isLedOut
  }
  for (const line of code) {
    if (LEFT_OUT.test(line)) end(true)
    else lines.push(line)
  }
  end(false)
  return parts
}

/** The text with a last line break, or without where the file had none. */
const endLike = (file: string, text: string): string => {
  const bare = text.replace(/\n+$/, '')
  return file === '' || file.endsWith('\n') ? `${bare}\n` : bare
}

const closed = (lines: readonly string[]): string[] => lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`))

function isWholeFile(file: readonly string[], code: readonly string[], { pairs }: Alignment): boolean {
  const hasWords = (line: string | undefined): boolean => line !== undefined && HAS_WORDS.test(line)
  const worded = pairs.filter((pair) => hasWords(file[pair.file]))
  const [first, last] = [worded[0], worded.at(-1)]
  if (first === undefined || last === undefined) return false
  const share = worded.length / file.filter(hasWords).length
  const isAtTop = file.findIndex(hasWords) === first.file && code.findIndex(hasWords) === first.code
  const isAtEnd = file.findLastIndex(hasWords) === last.file && code.findLastIndex(hasWords) === last.code
  return share >= WHOLE || (share >= WHOLE_AT_BOTH_ENDS && isAtTop && isAtEnd)
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)![0]

/** Code in a conversation often begins at the margin; what it lacks before a line that both have, all its lines lack. */
function indentedLike(file: readonly string[], code: readonly string[], { pairs }: Alignment): readonly string[] {
  const votes = new Map<string, number>()
  for (const { file: f, code: c } of pairs) {
    const [there, here] = [indentOf(file[f]!), indentOf(code[c]!)]
    const shift = there.endsWith(here)
      ? `+${there.slice(0, there.length - here.length)}`
      : here.endsWith(there)
        ? `-${here.slice(0, here.length - there.length)}`
        : '+'
    votes.set(shift, (votes.get(shift) ?? 0) + 1)
  }
  const [shift = '+'] = [...votes].toSorted((a, b) => b[1] - a[1])[0] ?? []
  const indent = shift.slice(1)
  if (indent === '') return code
  if (shift.startsWith('+')) return code.map((line) => (line.trim() === '' ? line : indent + line))
  return code.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
}

/**
 * The first and last lines of code often differ from those they replace: they open and close a block. Where they have
 * no pair, the lines that open and close the block in the file are theirs.
 */
function wholeBlock(
  file: readonly string[],
  code: readonly string[],
  { from, to, pairs }: Alignment,
): { readonly from: number; readonly to: number } {
  const isText = (line: string | undefined): boolean => line !== undefined && line.trim() !== ''
  const depth = (line: string): number => indentOf(line).length
  const [firstPair, lastPair] = [pairs[0]!, pairs.at(-1)!]
  const [first, last] = [code.findIndex(isText), code.findLastIndex(isText)]
  let start = from
  if (first < firstPair.code && depth(code[first]!) < depth(code[firstPair.code]!)) {
    const opens = (line: string): boolean => isText(line) && depth(line) <= depth(code[first]!)
    const opening = file.slice(0, from).findLastIndex(opens)
    if (opening !== -1) start = opening
  }
  let end = to
  if (last > lastPair.code) {
    const isOutside = (line: string): boolean => isText(line) && depth(line) <= depth(code[last]!)
    const closing = file.findIndex((line, i) => i >= to && isOutside(line))
    if (closing !== -1 && file[closing]!.trim() === code[last]!.trim()) end = closing + 1
  }
  return { from: start, to: end }
}
