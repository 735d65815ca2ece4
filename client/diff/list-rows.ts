import { diffLines } from '#shared/text-diff.ts'
import type { DiffChange } from './types.ts'

/** So many lines that are the same stand around a change. */
const CONTEXT_LINES = 3

export type ListRow =
  | { readonly kind: 'same'; readonly original: number; readonly modified: number; readonly text: string }
  | { readonly kind: 'removed'; readonly original: number; readonly text: string; readonly change: number }
  | { readonly kind: 'added'; readonly modified: number; readonly text: string; readonly change: number }
  /** lines that are the same and far from any change */
  | { readonly kind: 'gap'; readonly original: number; readonly modified: number; readonly count: number }

/** Line by line, as the editor counts them: a text that ends with a break has an empty last line. */
const linesOf = (text: string): string[] => text.split('\n')

/** Where two texts differ; with `ignoresBlanks`, white space at the ends of lines is no difference. */
export function changesOf(original: string, modified: string, ignoresBlanks: boolean): DiffChange[] {
  const keys = (text: string): string[] => linesOf(text).map((line) => (ignoresBlanks ? line.trim() : line))
  let shift = 0
  return diffLines(keys(original), keys(modified)).map(({ from, to, lines }) => {
    const start = from + shift + 1
    shift += lines.length - (to - from)
    return { original: { from: from + 1, to: to + 1 }, modified: { from: start, to: start + lines.length } }
  })
}

/** The changes with some lines around them; `open` names gaps, by their first modified line, that are shown whole. */
export function listRows(
  original: string,
  modified: string,
  changes: readonly DiffChange[],
  open: ReadonlySet<number>,
): ListRow[] {
  const [before, after] = [linesOf(original), linesOf(modified)]
  const rows: ListRow[] = []
  const same = (from: number, to: number, shift: number): void => {
    for (let line = from; line < to; line++)
      rows.push({ kind: 'same', original: line - shift, modified: line, text: after[line - 1] ?? '' })
  }
  const between = (from: number, to: number, shift: number): void => {
    const hidden = { from: from === 1 ? 1 : from + CONTEXT_LINES, to: to > after.length ? to : to - CONTEXT_LINES }
    if (hidden.to - hidden.from < 2 || open.has(hidden.from)) return same(from, to, shift)
    same(from, hidden.from, shift)
    const count = hidden.to - hidden.from
    rows.push({ kind: 'gap', original: hidden.from - shift, modified: hidden.from, count })
    same(hidden.to, to, shift)
  }
  let at = 1
  let shift = 0
  changes.forEach((change, index) => {
    between(at, change.modified.from, shift)
    for (let line = change.original.from; line < change.original.to; line++)
      rows.push({ kind: 'removed', original: line, text: before[line - 1] ?? '', change: index })
    for (let line = change.modified.from; line < change.modified.to; line++)
      rows.push({ kind: 'added', modified: line, text: after[line - 1] ?? '', change: index })
    at = change.modified.to
    shift = change.modified.to - change.original.to
  })
  between(at, after.length + 1, shift)
  return rows
}
