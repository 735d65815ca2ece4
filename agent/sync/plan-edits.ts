import { diffWords, splitLines, type TextEdit } from '#shared/text-diff.ts'

const keyOf = ({ index, remove, insert }: TextEdit): string => `${index}:${remove}:${insert}`

/**
 * What `theirs` changed of the base by line and inside changed lines by word, without what `mine` changed in the very
 * same way: identical hunks, and identical new lines, are taken once. Words stay whole, since somebody may delete one
 * meanwhile.
 */
export function planEdits(base: string, mine: string, theirs: string): TextEdit[] {
  if (mine === base) return diffWords(base, theirs)
  const before = new Set(splitLines(base))
  const fresh = new Set(splitLines(mine).filter((line) => line.trim() !== '' && !before.has(line)))
  const others = splitLines(theirs).filter((line) => !fresh.has(line))
  const own = new Set(diffWords(base, mine).map(keyOf))
  return diffWords(base, others.join('')).filter((edit) => !own.has(keyOf(edit)))
}
