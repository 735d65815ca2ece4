import { diffWords, splitLines, type TextEdit } from '#shared/text-diff.ts'

const keyOf = ({ index, remove, insert }: TextEdit): string => `${index}:${remove}:${insert}`

/**
 * What `theirs` changed of the base by line and inside changed lines by word, without what `mine` changed in the very
 * same way: identical hunks, and identical new lines, are taken once. Words stay whole, since somebody may delete one
 * meanwhile.
 */
export function planEdits(base: string, mine: string, theirs: string): TextEdit[] {
  const edits = diffWords(base, theirs)
  if (mine === base || edits.length === 0) return edits
  const own = new Set(diffWords(base, mine).map(keyOf))
  const before = new Set(splitLines(base))
  const fresh = new Set(splitLines(mine).filter((line) => line.trim() !== '' && !before.has(line)))
  return edits.flatMap((edit) => {
    if (own.has(keyOf(edit))) return []
    const isWholeLines = edit.insert.endsWith('\n') && (edit.index === 0 || base[edit.index - 1] === '\n')
    if (!isWholeLines) return [edit]
    const insert = splitLines(edit.insert)
      .filter((line) => !fresh.has(line))
      .join('')
    return insert === '' && edit.remove === 0 ? [] : [{ ...edit, insert }]
  })
}
