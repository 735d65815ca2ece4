import { diffLines } from '#shared/text-diff.ts'

/** Replace `deleteLength` UTF-16 units at `offset` by `insert`. */
export interface TextEdit {
  readonly offset: number
  readonly deleteLength: number
  readonly insert: string
}

/** One step of a Y.Text delta; embeds do not occur in source text. */
export interface DeltaStep {
  readonly retain?: number | undefined
  readonly delete?: number | undefined
  readonly insert?: string | object | undefined
}

/** A Y.Text delta as edits of the *old* text, in order, none touching another. */
export function deltaToEdits(delta: readonly DeltaStep[]): TextEdit[] {
  const edits: TextEdit[] = []
  let at = 0
  let open: TextEdit | null = null
  const flush = (): void => {
    if (open !== null) edits.push(open)
    open = null
  }
  for (const step of delta) {
    if (step.retain !== undefined) {
      flush()
      at += step.retain
      continue
    }
    open ??= { offset: at, deleteLength: 0, insert: '' }
    if (typeof step.insert === 'string') open = { ...open, insert: open.insert + step.insert }
    if (step.delete !== undefined) {
      open = { ...open, deleteLength: open.deleteLength + step.delete }
      at += step.delete
    }
  }
  flush()
  return edits
}

const isHighHalf = (unit: string): boolean => /[\uD800-\uDBFF]/.test(unit)

/** The smallest single edit between two texts. */
export function smallestEdit(offset: number, before: string, after: string): TextEdit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let tail = 0
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  // Half of a surrogate pair must never be left alone: Yjs would replace it. Nor may an edit begin or end after a
  // lone high half: Monaco takes it for a pair and widens the range, deleting the character after it.
  while (start > 0 && isHighHalf(before.charAt(start - 1))) start -= 1
  const endsInPair = (end: number): boolean =>
    isHighHalf(before.charAt(end - 1)) || /[\uDC00-\uDFFF]/.test(before.charAt(end))
  while (tail > 0 && endsInPair(before.length - tail)) tail -= 1
  return [
    {
      offset: offset + start,
      deleteLength: before.length - start - tail,
      insert: after.slice(start, after.length - tail),
    },
  ]
}

/**
 * Monaco folds more than 1,000 edits (replace all, format) into one replacement of everything. Told by lines
 * again, colleagues' edits in between stay where they are. Ordered last to first.
 */
export function replacementEdits(offset: number, before: string, after: string): TextEdit[] {
  const lines = before.split('\n')
  const starts: number[] = []
  let at = offset
  for (const line of lines) {
    starts.push(at)
    at += line.length + 1
  }
  const edits: TextEdit[] = []
  for (const { from, to, lines: inserted } of diffLines(lines, after.split('\n'))) {
    if (to - from === inserted.length) {
      inserted.forEach((line, i) => edits.push(...smallestEdit(starts[from + i] ?? 0, lines[from + i] ?? '', line)))
      continue
    }
    const isTail = to === lines.length
    // The last line has no break of its own, so at the end the break before it goes or comes.
    const start =
      isTail && from > 0 ? (starts[from - 1] ?? 0) + (lines[from - 1]?.length ?? 0) : (starts[from] ?? offset)
    const end = isTail ? offset + before.length : (starts[to] ?? 0)
    const body = inserted.join('\n')
    const lead = isTail && from > 0 && inserted.length > 0 ? '\n' : ''
    const trail = !isTail && inserted.length > 0 ? '\n' : ''
    edits.push(...smallestEdit(start, before.slice(start - offset, end - offset), lead + body + trail))
  }
  return edits.toReversed()
}

export const withoutCarriageReturns = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
