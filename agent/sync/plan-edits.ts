import { diffWords, splitLines, type TextEdit } from '#shared/text-diff.ts'

const keyOf = ({ index, remove, insert }: TextEdit): string => `${index}:${remove}:${insert}`

/**
 * What `theirs` changed of the base by line and inside changed lines by word, without what `mine` changed in the very
 * same way: identical hunks, and identical new lines, are taken once. Words stay whole, since somebody may delete one
 * meanwhile. `seen` is the base as the others saw it: lines it has beyond the base's were taken once already.
 */
export function planEdits(base: string, mine: string, theirs: string, seen = base): TextEdit[] {
  if (mine === base && seen === base) return diffWords(base, theirs)
  const before = new Set(splitLines(base))
  const known = [...splitLines(mine), ...splitLines(seen)]
  const fresh = new Set(known.filter((line) => line.trim() !== '' && !before.has(line)))
  const others = splitLines(theirs).filter((line) => !fresh.has(line))
  const own = new Set(diffWords(base, mine).map(keyOf))
  return diffWords(base, others.join('')).filter((edit) => !own.has(keyOf(edit)))
}
