import { diffWords } from '#shared/text-diff.ts'
import type { View } from '../editor/ghost-text/view.ts'
import type { Range } from '../editor/anchors.ts'

/** A part of a line, and whether it is not in what stands there now. */
export interface Piece {
  readonly text: string
  readonly isNew: boolean
}

/** A hunk as it is drawn: whole lines, though it may change a word of one. */
export interface HunkShape {
  /** lines that would be there, each in pieces */
  readonly added: readonly (readonly Piece[])[]
  /** they are drawn behind the line that this offset is in; -1: above the first line */
  readonly behind: number
  /** lines are taken out or put in as a whole */
  readonly isWholeLines: boolean
}

const commonStart = (a: readonly string[], b: readonly string[]): number => {
  let count = 0
  while (count < Math.min(a.length, b.length) && a[count] === b[count]) count += 1
  return count
}

/** Cuts the changed words of `after` out of it, line by line. */
export function markWords(before: string, after: string): Piece[][] {
  const lines: Piece[][] = [[]]
  const put = (text: string, isNew: boolean): void => {
    text.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([])
      if (part !== '') lines.at(-1)?.push({ text: part, isNew })
    })
  }
  let at = 0
  let shift = 0
  for (const { index, remove, insert } of diffWords(before, after)) {
    put(after.slice(at, index + shift), false)
    put(insert, true)
    at = index + shift + insert.length
    shift += insert.length - remove
  }
  put(after.slice(at), false)
  return lines
}

/** What to draw of a hunk that stands at `range`: lines it leaves as they are, at its ends, are not drawn twice. */
export function shapeHunk(view: View, range: Range, newText: string): HunkShape {
  const { from, to } = range
  const start = view.lineStart(from)
  const isWholeLines =
    from === start && to === view.lineStart(to) && (newText === '' ? to > from : newText.endsWith('\n'))
  // A hunk of whole lines ends before the line at its end, which is none of its own.
  const end = isWholeLines ? to : view.lineEnd(to)
  const cut = (text: string): string[] =>
    isWholeLines ? (text === '' ? [] : text.replace(/\n$/, '').split('\n')) : text.split('\n')
  const before = cut(view.slice(start, end))
  const after = cut(view.slice(start, from) + newText + view.slice(to, end))
  const head = commonStart(before, after)
  const tail = commonStart(before.slice(head).toReversed(), after.slice(head).toReversed())
  const kept = before.slice(head, before.length - tail)
  const shown = after.slice(head, after.length - tail)
  const added =
    shown.length === 0 ? [] : kept.length === 0 ? shown.map(plain) : markWords(kept.join('\n'), shown.join('\n'))
  const passed = before.slice(0, before.length - tail).reduce((sum, line) => sum + line.length + 1, 0)
  return { added, behind: start + passed - 1, isWholeLines }
}

const plain = (text: string): Piece[] => (text === '' ? [] : [{ text, isNew: false }])
