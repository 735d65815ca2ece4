import * as buffer from 'lib0/buffer'
import * as Y from 'yjs'
import type { AnchoredRange } from '#shared/api/suggestions.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

/** Start assoc 0, end assoc -1: together they track the range exactly under everybody's edits. */
export function anchorRange(text: Y.Text, { from, to }: Range): AnchoredRange {
  const encode = (offset: number, assoc: number): string =>
    buffer.toBase64(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, offset, assoc)))
  return { start: encode(from, 0), end: encode(to, -1) }
}

export interface DecodedRange {
  readonly start: Y.RelativePosition
  readonly end: Y.RelativePosition
}

/** null where the server's anchors cannot be read, which only another version of it could have made. */
export function decodeRange({ start, end }: AnchoredRange): DecodedRange | null {
  try {
    const decode = (value: string): Y.RelativePosition => Y.decodeRelativePosition(buffer.fromBase64(value))
    return { start: decode(start), end: decode(end) }
  } catch {
    return null
  }
}

/** Where the range stands now; null where its place is not in this text (yet). */
export function locateRange(text: Y.Text, range: DecodedRange | null): Range | null {
  const { doc } = text
  if (doc === null || range === null) return null
  const offset = (position: Y.RelativePosition): number | null => {
    const found = Y.createAbsolutePositionFromRelativePosition(position, doc, false)
    return found !== null && found.type === text ? found.index : null
  }
  const [start, end] = [offset(range.start), offset(range.end)]
  if (start === null || end === null) return null
  return { from: Math.min(start, end), to: Math.max(start, end) }
}
