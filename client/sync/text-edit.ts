import type * as Y from 'yjs'
import { diffLines } from './line-diff.ts'

/** Turns the shared text into `wanted` by the lines that differ, so that colleagues' edits elsewhere stay put. */
export function writeText(text: Y.Text, wanted: string, origin: unknown): void {
  const before = text.toString().split('\n')
  const starts: number[] = []
  before.reduce((at, line) => {
    starts.push(at)
    return at + line.length + 1
  }, 0)
  const changes = diffLines(before, wanted.split('\n'))
  text.doc?.transact(() => {
    for (const { from, to, lines } of changes.toReversed()) {
      // The last line has no line break after it, so there the break before goes or comes instead.
      const atEnd = to === before.length
      const start = from < before.length ? (starts[from] ?? 0) - (atEnd && from > 0 ? 1 : 0) : text.length
      const end = atEnd ? text.length : (starts[to] ?? 0)
      const body = lines.join('\n')
      const insert = atEnd ? (from > 0 && lines.length > 0 ? '\n' : '') + body : body + (lines.length > 0 ? '\n' : '')
      if (end > start) text.delete(start, end - start)
      if (insert !== '') text.insert(start, insert)
    }
  }, origin)
}
