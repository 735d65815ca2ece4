import * as Y from 'yjs'
import { CONFLICT_LIMITS, type DiskConflict } from '#shared/protocol/agent.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { findConflicts, isUndecided } from '#shared/text-conflict.ts'

interface Edges {
  readonly start: Y.RelativePosition
  readonly end: Y.RelativePosition
  readonly base: string
  readonly document: string
  readonly disk: string
}

/**
 * Where people and the disk wrote over the same words, on the fork of their common past before the disk's edits are
 * made: the edges hold on to what neither changed.
 */
export function conflictsOn(fork: Y.Doc, mine: string, theirs: string): Edges[] {
  const text = fork.getText(TEXT_NAME)
  return findConflicts(text.toJSON(), mine, theirs)
    .slice(0, CONFLICT_LIMITS.count)
    .map(({ from, to, base, mine: document, theirs: disk }) => ({
      start: Y.createRelativePositionFromTypeIndex(text, from, -1),
      end: Y.createRelativePositionFromTypeIndex(text, to, 0),
      base,
      document,
      disk,
    }))
}

/** What these updates make of those places in the document, where it is a text that neither side wrote. */
export function joinedBy(doc: Y.Doc, updates: readonly Uint8Array[], found: readonly Edges[]): DiskConflict[] {
  if (found.length === 0) return []
  const after = new Y.Doc()
  for (const update of [Y.encodeStateAsUpdate(doc), ...updates]) Y.applyUpdate(after, update)
  const text = after.getText(TEXT_NAME)
  const now = text.toJSON()
  const anchor = (index: number, assoc: number): Uint8Array =>
    Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, assoc))
  const conflicts = found.flatMap(({ start, end, base, document, disk }): DiskConflict[] => {
    const from = Y.createAbsolutePositionFromRelativePosition(start, after)?.index
    const to = Y.createAbsolutePositionFromRelativePosition(end, after)?.index
    if (from === undefined || to === undefined || from >= to) return []
    const merged = now.slice(from, to)
    const isLarge = [base, document, disk, merged].some(({ length }) => length > CONFLICT_LIMITS.textUnits)
    if (isLarge || !isUndecided({ mine: document, theirs: disk, merged }, merged)) return []
    return [{ start: anchor(from, 0), end: anchor(to, -1), base, document, disk, merged }]
  })
  after.destroy()
  return conflicts
}
