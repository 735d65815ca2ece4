import * as Y from 'yjs'
import { diffText } from '#shared/text-diff.ts'
import { wholeLines } from '#shared/whole-lines.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'

/**
 * A stretch of a document's text that stays the same stretch while others edit: two Yjs relative positions, the start
 * made with assoc 0, the end with assoc -1.
 */
export interface TextRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** UTF-16 offsets, `to` exclusive. */
export interface Place {
  readonly from: number
  readonly to: number
}

/** Where ranges stand in a text; null for one whose place is gone. */
export interface Located {
  readonly text: string
  readonly places: readonly (Place | null)[]
}

/**
 * Put `insert` where `range` is, if `expected` stands there. `isLines`: what others write at its edges, but on its
 * lines, stands there too.
 */
export interface Rewrite {
  readonly range: TextRange
  readonly isLines: boolean
  readonly expected: string
  readonly insert: string
}

export type Rewritten =
  /**
   * `ranges` hold what was inserted, in the order asked; `clientId` is new, and made for this edit alone; `update` is
   * null where everything stood there already.
   */
  | {
      readonly status: 'done'
      readonly update: Uint8Array | null
      readonly clientId: number
      /** the text's length in UTF-16 units, and what was added to it */
      readonly textUnits: number
      readonly addedUnits: number
      readonly ranges: readonly TextRange[]
    }
  /** Nothing is changed; what stands in each place now, null where the place is gone. */
  | { readonly status: 'conflict'; readonly current: readonly (string | null)[] }

export function locateRanges(doc: Y.Doc, ranges: readonly TextRange[]): Located {
  return { text: doc.getText(TEXT_NAME).toString(), places: ranges.map((range) => placeOf(doc, range)) }
}

export function anchorPlaces(doc: Y.Doc, places: readonly Place[]): TextRange[] {
  const text = doc.getText(TEXT_NAME)
  return places.map(({ from, to }) => ({
    start: Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, from, 0)),
    end: Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, to, -1)),
  }))
}

/** All of them or none, under `clientId` or the next one that is free. Only what differs is touched, so that cursors and comments in what stays are not moved. */
export function rewriteRanges(doc: Y.Doc, rewrites: readonly Rewrite[], clientId: number): Rewritten {
  const { text, places: exact } = locateRanges(
    doc,
    rewrites.map(({ range }) => range),
  )
  const places = exact.map((place, i) => (place && rewrites[i]?.isLines ? wholeLines(text, place) : place))
  const current = places.map((place) => (place === null ? null : text.slice(place.from, place.to)))
  const fits = rewrites.every(({ expected }, i) => current[i] === expected)
  const sorted = places.flatMap((place, i) => (place ? [{ place, i }] : [])).toSorted((a, b) => order(a.place, b.place))
  const isApart = sorted.every(({ place }, n) => n === 0 || (sorted[n - 1]?.place.to ?? 0) <= place.from)
  if (!fits || !isApart) return { status: 'conflict', current }
  // Never an id that was used before: somebody could have written ahead under it.
  doc.clientID = clientId
  while (doc.store.clients.has(doc.clientID)) doc.clientID++
  let update: Uint8Array | null = null
  // What the event bears is this edit; a diff of states would repeat every deletion the document ever had.
  doc.once('update', (bytes: Uint8Array) => (update = bytes))
  const after: Place[] = []
  let shift = 0
  doc.transact(() => {
    for (const { place, i } of sorted) {
      const { expected, insert } = rewrites[i] as Rewrite
      const from = place.from + shift
      replaceText(doc.getText(TEXT_NAME), from, expected, insert)
      after[i] = { from, to: from + insert.length }
      shift += insert.length - expected.length
    }
  })
  const ranges = anchorPlaces(doc, after)
  return { status: 'done', update, clientId: doc.clientID, textUnits: text.length + shift, addedUnits: shift, ranges }
}

const order = (a: Place, b: Place): number => a.from - b.from || a.to - b.to

function replaceText(text: Y.Text, at: number, from: string, to: string): void {
  for (const { index, remove, insert } of diffText(from, to).toReversed()) {
    if (remove > 0) text.delete(at + index, remove)
    if (insert !== '') text.insert(at + index, insert)
  }
}

function placeOf(doc: Y.Doc, { start, end }: TextRange): Place | null {
  const [a, b] = [indexOf(doc, start), indexOf(doc, end)]
  if (a === null || b === null) return null
  // An empty range turns inside out when somebody writes into it: what they wrote stands between.
  return { from: Math.min(a, b), to: Math.max(a, b) }
}

function indexOf(doc: Y.Doc, anchor: Uint8Array): number | null {
  try {
    const position = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(anchor), doc)
    return position?.type === doc.getText(TEXT_NAME) ? position.index : null
  } catch {
    // Browsers send anchors: whatever cannot be read names no place.
    return null
  }
}
