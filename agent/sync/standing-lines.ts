import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { splitLines } from '#shared/text-diff.ts'

/** Lines of earlier moments of a document, and of each which of its UTF-16 units still stand in it. */
export type StandingLines = ReadonlyMap<string, readonly boolean[]>

const countOf = (units: readonly boolean[]): number => units.filter((stands) => stands).length

/**
 * The lines of the moment that `updates` make, a part of what `doc` has been. Units stand where nobody deleted them
 * since, whatever was put between them and wherever their line went; those that `fork` has heard of do not count.
 */
export function standingLines(updates: readonly Uint8Array[], doc: Y.Doc, fork: Y.Doc): StandingLines {
  const moment = new Y.Doc()
  for (const update of updates) Y.applyUpdate(moment, update)
  const text = moment.getText(TEXT_NAME)
  const stands: boolean[] = []
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    const { client, clock } = item.id
    const end = clock + item.length
    for (let at = clock; at < end;) {
      const now = Y.getItem(doc.store, Y.createID(client, at))
      const isThere = now instanceof Y.Item && !now.deleted && at >= Y.getState(fork.store, client)
      for (const until = Math.min(end, now.id.clock + now.length); at < until; at++) stands.push(isThere)
    }
  }
  const lines = new Map<string, readonly boolean[]>()
  let at = 0
  for (const line of splitLines(text.toJSON())) {
    const units = stands.slice(at, (at += line.length))
    if (countOf(units) > countOf(lines.get(line) ?? [])) lines.set(line, units)
  }
  moment.destroy()
  return lines
}

/** Of a line that several moments had, that one counts of which most stands. */
export function joinStanding(moments: readonly StandingLines[]): StandingLines {
  const joined = new Map<string, readonly boolean[]>()
  for (const [line, units] of moments.flatMap((lines) => [...lines]))
    if (countOf(units) > countOf(joined.get(line) ?? [])) joined.set(line, units)
  return joined
}
