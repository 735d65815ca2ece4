import { diffWords, splitLines } from '#shared/text-diff.ts'

/** A version of a file with its text. */
interface Known {
  readonly sha256: string
  readonly text: string
}

const HAS_WORD = /[\p{L}\p{N}]/u

/** Writing by chance a new line that somebody else has written meanwhile is so much less likely than any other. */
const CHANCE_WEIGHT = 10

/**
 * How much has to be typed and deleted to get from one version to the other. Lines that stand in the document
 * (`others`) and not in the version weigh more: who writes them has probably seen them. They only weigh: where that
 * decided alone, one common line would be enough to take all that people wrote for deleted.
 */
function distance(from: string, to: string, others: string): number {
  const edits = diffWords(from, to)
  const before = new Set(splitLines(from))
  const typed = splitLines(to).filter((line) => !before.has(line) && HAS_WORD.test(line))
  const seen = typed.map((line) => line.trim()).filter((line) => !from.includes(line) && others.includes(line))
  const chance = CHANCE_WEIGHT * seen.reduce((sum, line) => sum + line.length, 0)
  return edits.reduce((sum, edit) => sum + edit.remove + edit.insert.length, chance)
}

/** The same, where a line with another word in it is another line. */
function distanceInLines(from: string, to: string): number {
  const counts = new Map<string, number>()
  for (const line of splitLines(from)) counts.set(line, (counts.get(line) ?? 0) - 1)
  for (const line of splitLines(to)) counts.set(line, (counts.get(line) ?? 0) + 1)
  return [...counts].reduce((sum, [line, count]) => sum + line.length * Math.abs(count), 0)
}

/** Does `to` hold all lines of `from`, whole and in their order? */
function holdsLines(from: string, to: string): boolean {
  const lines = splitLines(from)
  let found = 0
  for (const line of splitLines(to)) if (line === lines[found]) found++
  return found === lines.length
}

/** Does `to` hold all that `from` holds, and more? */
export const addsOnly = (from: string, to: string): boolean => diffWords(from, to).every(({ remove }) => remove === 0)

/**
 * K3: from which version a program went out that wrote `disk` over `last`. One that appended or cut the end off, or
 * whose writing we saw halfway, went on from `last`. One that brought an older version back to the byte did so on
 * purpose: git, a backup.
 * Else it is the nearest: a program with a stale buffer had read an older version, and knows nothing of lines since.
 * What only puts lines into a version is an older one's only if that is nearer by whole lines, too: a new line is like
 * one that somebody deleted long ago by chance, and taken for that with a word changed, it would go where that one went.
 * `mine` is the document's text; `known` is oldest first; of versions equally near the newest is taken.
 */
export function nearestVersion<T extends Known>(known: readonly T[], last: T, disk: Known, mine: string): T {
  if (disk.text.startsWith(last.text) || last.text.startsWith(disk.text)) return last
  if (known.some(({ sha256 }) => sha256 === disk.sha256)) return last
  let nearest = last
  let least = distance(last.text, disk.text, mine)
  let isAdded = holdsLines(last.text, disk.text)
  for (const version of known.toReversed()) {
    if (version.text === last.text) continue
    const inWords = distance(version.text, disk.text, mine)
    const far = isAdded ? Math.max(inWords, distanceInLines(version.text, disk.text)) : inWords
    if (far < least) [nearest, least] = [version, far]
    isAdded ||= holdsLines(version.text, disk.text)
  }
  return nearest
}
