import { isUtf8 } from 'node:buffer'
import { type ByteReader, Malformed } from './bytes.ts'

/** Yjs content references (yjs/src/structs/Item.js). Only these belong in a text document. */
export const CONTENT = { gc: 0, deleted: 1, string: 4, skip: 10 } as const
const LAST_CONTENT = 10

export const HAS_ORIGIN = 0x80
export const HAS_RIGHT_ORIGIN = 0x40
export const HAS_PARENT_SUB = 0x20

/** Well-formed, but not to be kept: whoever sent it is closed with 4422. */
export class Refused extends Error {}

/** One struct as read; reused between reads, so copy what must last. */
export interface StructView {
  kind: number
  /** in UTF-16 units, as Yjs counts clocks */
  length: number
  /** ids that must be known first, −1 where there is none */
  originClient: number
  originClock: number
  rightClient: number
  rightClock: number
  /** where a string content's bytes lie */
  textFrom: number
  textTo: number
}

export const createStructView = (): StructView => ({
  kind: 0,
  length: 0,
  originClient: -1,
  originClock: -1,
  rightClient: -1,
  rightClock: -1,
  textFrom: 0,
  textTo: 0,
})

/** UTF-16 units of valid UTF-8: every lead byte is one, a four-byte lead two. */
function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0
  let isAscii = true
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (byte < 0x80) units++
    else {
      isAscii = false
      if (byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1
    }
  }
  if (!isAscii && !isUtf8(bytes.subarray(from, to))) throw new Malformed('not UTF-8')
  return units
}

/** Reads one struct of the V1 encoding into `view`. Throws Malformed, or Refused for content that is no text. */
export function readStruct(reader: ByteReader, view: StructView): void {
  const info = reader.byte()
  const kind = info & 0x1f
  view.kind = kind
  view.originClient = view.rightClient = -1
  if (kind === CONTENT.gc || kind === CONTENT.skip) {
    if (info !== kind) throw new Malformed('flags on a struct without content')
    view.length = reader.varUint()
  } else {
    if (info & HAS_ORIGIN) {
      view.originClient = reader.varUint()
      view.originClock = reader.varUint()
    }
    if (info & HAS_RIGHT_ORIGIN) {
      view.rightClient = reader.varUint()
      view.rightClock = reader.varUint()
    }
    if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
      const isRoot = reader.varUint()
      if (isRoot > 1) throw new Malformed('parent')
      // A plain text has no nested types and no map entries.
      if (isRoot === 0 || (info & HAS_PARENT_SUB) !== 0) throw new Refused('content that is not text')
      skipString(reader)
    }
    readContent(reader, view, kind)
  }
  if (view.length === 0) throw new Malformed('empty struct')
}

function readContent(reader: ByteReader, view: StructView, kind: number): void {
  switch (kind) {
    case CONTENT.string: {
      const size = reader.varUint()
      view.textFrom = reader.skip(size)
      view.textTo = view.textFrom + size
      view.length = utf16Length(reader.bytes, view.textFrom, view.textTo)
      return
    }
    case CONTENT.deleted:
      view.length = reader.varUint()
      return
    default:
      if (kind > LAST_CONTENT) throw new Malformed('unknown content')
      // Embeds and types count as a character that no editor shows: everyone's offsets would shift. Formats are
      // JSON that every client would parse.
      throw new Refused('content that is not text')
  }
}

function skipString(reader: ByteReader): void {
  const size = reader.varUint()
  const from = reader.skip(size)
  utf16Length(reader.bytes, from, from + size)
}
