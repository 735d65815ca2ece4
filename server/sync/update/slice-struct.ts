import { ByteReader, ByteWriter, decodeUtf8 } from './bytes.ts'
import { CONTENT, createStructView, HAS_ORIGIN, HAS_RIGHT_ORIGIN, readStruct } from './read-struct.ts'

/**
 * The right part of a struct, from `offset` units on, as Yjs itself would write it (Item.write with an offset):
 * its origin becomes the unit before, so its parent need not be named.
 */
export function sliceStruct(bytes: Uint8Array, at: number, client: number, clock: number, offset: number): Uint8Array {
  const view = createStructView()
  readStruct(new ByteReader(bytes, at), view)
  // Before the writer: text that is no UTF-8 ends here.
  const text = view.kind === CONTENT.string ? decodeUtf8(bytes.subarray(view.textFrom, view.textTo)).slice(offset) : ''
  const writer = new ByteWriter()
  if (view.kind === CONTENT.gc || view.kind === CONTENT.skip) {
    writer.byte(view.kind)
    writer.varUint(view.length - offset)
    return writer.finish()
  }
  const hasRight = view.rightClient >= 0
  writer.byte(view.kind | HAS_ORIGIN | (hasRight ? HAS_RIGHT_ORIGIN : 0))
  writer.varUint(client)
  writer.varUint(clock + offset - 1)
  if (hasRight) {
    writer.varUint(view.rightClient)
    writer.varUint(view.rightClock)
  }
  if (view.kind === CONTENT.deleted) writer.varUint(view.length - offset)
  else writer.varString(text)
  return writer.finish()
}
