import type { HunkInfo } from '#shared/api/suggestions.ts'
import type { HunkLine } from './hunk-lines.tsx'
import { markWords } from './hunk-shape.ts'

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** A hunk in its surroundings, without an editor: what stays around it, what goes, what comes. */
export function hunkText({ before, after, baseText, newText }: HunkInfo): HunkLine[] {
  // A hunk may be a part of a line: the rest of the line is told with it.
  const head = before.slice(before.lastIndexOf('\n') + 1)
  const isOpen =
    head !== '' || (baseText !== '' && !baseText.endsWith('\n')) || (newText !== '' && !newText.endsWith('\n'))
  const cut = isOpen ? (after.indexOf('\n') < 0 ? after.length : after.indexOf('\n')) : 0
  const tail = after.slice(0, cut)
  const [was, becomes] = [head + baseText + tail, head + newText + tail]
  const same = (text: string): HunkLine[] =>
    linesOf(text).map((line) => ({ kind: 'same', pieces: [{ text: line, isNew: false }] }))
  const marked = (kind: 'removed' | 'added', from: string, to: string): HunkLine[] => {
    if (to === '') return []
    const pieces = markWords(from.replace(/\n$/, ''), to.replace(/\n$/, ''))
    // Where all is new, nothing needs to stand out.
    return pieces.map((line) => ({ kind, pieces: from === '' ? line.map((one) => ({ ...one, isNew: false })) : line }))
  }
  return [
    ...same(before.slice(0, before.length - head.length)),
    ...marked('removed', becomes, was),
    ...marked('added', was, becomes),
    ...same(after.slice(isOpen ? cut + 1 : 0)),
  ]
}
