import * as Y from 'yjs'
import type { View } from './view.ts'

/** Where a suggestion hangs: it moves with the text around it, and knows the line that it was made for. */
export interface Place {
  readonly anchor: Y.RelativePosition
  readonly before: string
  readonly after: string
}

/** Sticks to the character before it, so that what is typed there comes behind it. */
export const placeAt = (text: Y.Text, view: View, offset: number): Place => ({
  anchor: Y.createRelativePositionFromTypeIndex(text, offset, -1),
  before: view.slice(view.lineStart(offset), offset),
  after: view.slice(offset, view.lineEnd(offset)),
})

export interface Typed {
  /** where the place is now */
  readonly from: number
  /** what was typed since, up to the caret */
  readonly text: string
}

/**
 * What stands between the place and the caret; null where the line around them is no longer what it was, or the caret
 * is before it.
 */
export function typedSince(text: Y.Text, view: View, place: Place, caret: number): Typed | null {
  if (text.doc === null) return null
  const found = Y.createAbsolutePositionFromRelativePosition(place.anchor, text.doc)
  if (found === null || found.type !== text || found.index > caret) return null
  const from = found.index
  if (view.slice(view.lineStart(from), from) !== place.before) return null
  if (view.slice(caret, view.lineEnd(caret)) !== place.after) return null
  return { from, text: view.slice(from, caret) }
}
