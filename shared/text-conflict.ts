import { applyEdits, diffText, diffWords, type TextEdit } from './text-diff.ts'
import { combine, overlap, touchingPairs } from './text-merge.ts'

/** A stretch of the base that both sides wrote over differently: offsets in UTF-16 units, `to` exclusive. */
export interface TextConflict {
  readonly from: number
  readonly to: number
  readonly base: string
  /** what would stand there by my will; what the other side did around it, and nobody disputes, is in it */
  readonly mine: string
  readonly theirs: string
}

interface Stretch {
  readonly from: number
  readonly to: number
}

const endOf = ({ index, remove }: TextEdit): number => index + remove

const wholeLinesOf = (text: string, { from, to }: Stretch): Stretch => {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const end = text.indexOf('\n', Math.max(from, to - 1)) + 1
  return { from: from === 0 ? 0 : start, to: end === 0 ? text.length : end }
}

/** Until no edit reaches over its edges: what is on its other side is text that neither has changed. */
function reach(stretch: Stretch, edits: readonly TextEdit[]): Stretch {
  let { from, to } = stretch
  for (let isMore = true; isMore;) {
    isMore = false
    for (const edit of edits) {
      if (edit.index > to || endOf(edit) < from || (edit.index >= from && endOf(edit) <= to)) continue
      from = Math.min(from, edit.index)
      to = Math.max(to, endOf(edit))
      isMore = true
    }
  }
  return { from, to }
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = []
  for (const next of stretches.toSorted((p, q) => p.from - q.from)) {
    const last = found.at(-1)
    if (last !== undefined && next.from <= last.to)
      found[found.length - 1] = { from: last.from, to: Math.max(last.to, next.to) }
    else found.push(next)
  }
  return found
}

/**
 * Where both sides wrote in the place of the same words, or one writes inside what the other took out: whole lines, for
 * a person to choose from. What only one of them changed, what both did alike, and what both put in at one place is
 * none. docs/decisions/0028.
 */
export function findConflicts(base: string, mine: string, theirs: string): TextConflict[] {
  if (mine === base || theirs === base || mine === theirs) return []
  const ours = diffWords(base, mine)
  const others = diffWords(base, theirs)
  const disputed = new Set<TextEdit>()
  const places: Stretch[] = []
  for (const [p, q] of touchingPairs(ours, others)) {
    if (!overlap(p, q)) continue
    disputed.add(p).add(q)
    places.push({ from: Math.min(p.index, q.index), to: Math.max(endOf(p), endOf(q)) })
  }
  if (places.length === 0) return []
  const all = [...ours, ...others]
  const lines = joined(places.map((place) => wholeLinesOf(base, place)))
  return joined(lines.map((stretch) => reach(stretch, all))).flatMap(({ from, to }) => {
    const within = (edits: readonly TextEdit[]): TextEdit[] =>
      edits.filter((edit) => edit.index >= from && endOf(edit) <= to)
    const shift = (edits: readonly TextEdit[]): TextEdit[] =>
      edits.map((edit) => ({ ...edit, index: edit.index - from }))
    const undisputed = (edits: readonly TextEdit[]): TextEdit[] => edits.filter((edit) => !disputed.has(edit))
    const [m, t] = [within(ours), within(others)]
    const text = base.slice(from, to)
    const conflict = {
      from,
      to,
      base: text,
      mine: applyEdits(text, combine(shift(m), shift(undisputed(t)))),
      theirs: applyEdits(text, combine(shift(undisputed(m)), shift(t))),
    }
    return conflict.mine === conflict.theirs ? [] : [conflict]
  })
}

/** What was merged of a conflict, and what each side wanted there. */
export interface JoinedText {
  readonly mine: string
  readonly theirs: string
  readonly merged: string
}

/** `wanted` instead of `merged`, with what was written since: `now` is what became of `merged`. */
export const carryOn = (merged: string, now: string, wanted: string): string =>
  applyEdits(merged, combine(diffText(merged, now), diffText(merged, wanted)))

/** Both, one under the other, mine first. */
export const oneUnderTheOther = (mine: string, theirs: string): string =>
  mine === '' || theirs === '' || /\n[^\S\n]*$/.test(mine) ? mine + theirs : `${mine}\n${theirs}`

/** Offsets of characters, blanks aside, that an edit of `from` to `to` takes out. */
function takenOut(from: string, to: string): Set<number> {
  const gone = new Set<number>()
  for (const edit of diffText(from, to))
    for (let at = edit.index; at < endOf(edit); at++) if (/\S/.test(from[at]!)) gone.add(at)
  return gone
}

const isAllIn = (some: ReadonlySet<number>, all: ReadonlySet<number>): boolean =>
  some.size > 0 && [...some].every((at) => all.has(at))

/** What a person chose: what stood there before, and after. */
export interface Choice {
  readonly before: string
  readonly after: string
}

/**
 * Is a person to be asked, where `now` stands in its place? A choice ends it, until it is taken back: the text is again
 * what it was before.
 */
export const isOpenConflict = (joined: JoinedText, choice: Choice | null, now: string): boolean =>
  isUndecided(joined, now) && (choice === null || (choice.before !== choice.after && choice.before === now))

/** Is somebody still to choose? No longer, once the words of one side have been taken out of what was merged. */
export function isUndecided({ mine, theirs, merged }: JoinedText, now: string): boolean {
  if (now === merged) return merged !== mine && merged !== theirs
  if (now.trim() === '' || now === mine || now === theirs) return false
  const gone = takenOut(merged, now)
  return !isAllIn(takenOut(merged, mine), gone) && !isAllIn(takenOut(merged, theirs), gone)
}
