import { diffLines, type LineChange } from './line-diff.ts'

export interface MergeResult {
  readonly text: string
  /** both changed the same lines in different ways; there the text has theirs */
  readonly hasConflict: boolean
}

const touches = (a: LineChange, b: LineChange): boolean => a.from <= b.to && b.from <= a.to
const isSame = (a: LineChange, b: LineChange): boolean =>
  a.from === b.from &&
  a.to === b.to &&
  a.lines.length === b.lines.length &&
  a.lines.every((line, i) => line === b.lines[i])

/** Carries my changes since `base` over to `theirs`; where both touched the same lines, theirs stay. */
export function mergeThreeWay(base: string, mine: string, theirs: string): MergeResult {
  const lines = base.split('\n')
  const their = diffLines(lines, theirs.split('\n'))
  const mineOnly = diffLines(lines, mine.split('\n')).filter((m) => !their.some((t) => isSame(m, t)))
  const kept = mineOnly.filter((m) => !their.some((t) => touches(m, t)))
  for (const change of [...their, ...kept].sort((a, b) => b.from - a.from || b.to - a.to))
    lines.splice(change.from, change.to - change.from, ...change.lines)
  return { text: lines.join('\n'), hasConflict: kept.length < mineOnly.length }
}
