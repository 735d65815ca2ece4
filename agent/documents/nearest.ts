import { diffWords, splitWords } from '#shared/text-diff.ts'

/** A version of a file with its text. */
interface Known {
  readonly sha256: string
  readonly text: string
}

const words = (text: string): string[] => splitWords(text).filter((word) => /[\p{L}\p{N}]/u.test(word))

/**
 * How much has to be typed and deleted to get from one version to the other. Infinite where most of what is typed came
 * into the file since (`last` has it): who writes that has seen a later version.
 */
function distance(from: string, to: string, last: string): number {
  const edits = diffWords(from, to)
  const typed = edits.flatMap(({ insert }) => words(insert))
  const before = new Set(words(from))
  const since = new Set(words(last).filter((word) => !before.has(word)))
  const seen = typed.filter((word) => since.has(word)).length
  if (seen > 0 && seen * 2 >= typed.length) return Infinity
  return edits.reduce((sum, edit) => sum + edit.remove + edit.insert.length, 0)
}

/**
 * K3: from which version a program went out that wrote `disk` over `last`. One that appended, or whose writing we saw
 * halfway, went on from `last`. One that brought an older version back to the byte did so on purpose: git, a backup.
 * Else it is the nearest: a program with a stale buffer had read an older version, and knows nothing of lines since.
 * `known` is oldest first; of versions equally near the newest is taken.
 */
export function nearestVersion<T extends Known>(known: readonly T[], last: T, disk: Known): T {
  if (disk.text.startsWith(last.text) || known.some(({ sha256 }) => sha256 === disk.sha256)) return last
  let nearest = last
  let least = distance(last.text, disk.text, last.text)
  for (const version of known.toReversed()) {
    if (version.text === last.text) continue
    const far = distance(version.text, disk.text, last.text)
    if (far < least) [nearest, least] = [version, far]
  }
  return nearest
}
