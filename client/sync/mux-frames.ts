import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { MUX } from '#shared/protocol/sync.ts'

/** What the server may send on the multiplexed door (P2). */
export type ServerFrame =
  | { readonly type: 'opened'; readonly channel: number; readonly epoch: number; readonly isReadOnly: boolean }
  | { readonly type: 'message'; readonly channel: number; readonly message: Uint8Array<ArrayBuffer> }
  | { readonly type: 'credit'; readonly channel: number; readonly bytes: number }
  | { readonly type: 'close'; readonly channel: number; readonly code: number; readonly reason: string }
  | { readonly type: 'unknown'; readonly channel: number }

const frame = (channel: number, kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array<ArrayBuffer> =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, channel)
    encoding.writeVarUint(encoder, kind)
    write(encoder)
  })

export const openFrame = (channel: number, documentId: string, epoch: number): Uint8Array<ArrayBuffer> =>
  frame(channel, MUX.open, (encoder) => {
    encoding.writeVarString(encoder, documentId)
    encoding.writeVarUint(encoder, epoch)
  })

export const closeFrame = (channel: number, code: number, reason: string): Uint8Array<ArrayBuffer> =>
  frame(channel, MUX.close, (encoder) => {
    encoding.writeVarUint(encoder, code)
    encoding.writeVarString(encoder, reason)
  })

export const messageFrame = (channel: number, message: Uint8Array): Uint8Array<ArrayBuffer> =>
  frame(channel, MUX.message, (encoder) => encoding.writeUint8Array(encoder, message))

export const creditFrame = (channel: number, bytes: number): Uint8Array<ArrayBuffer> =>
  frame(channel, MUX.credit, (encoder) => encoding.writeVarUint(encoder, bytes))

/** Reads one frame of the server; throws on a truncated one. Kinds of a later protocol are `unknown`. */
export function readServerFrame(bytes: Uint8Array<ArrayBuffer>): ServerFrame {
  const decoder = decoding.createDecoder(bytes)
  const channel = decoding.readVarUint(decoder)
  const kind = decoding.readVarUint(decoder)
  switch (kind) {
    case MUX.opened:
      return {
        type: 'opened',
        channel,
        epoch: decoding.readVarUint(decoder),
        isReadOnly: decoding.readVarUint(decoder) === 1,
      }
    case MUX.message:
      return { type: 'message', channel, message: decoding.readTailAsUint8Array(decoder) as Uint8Array<ArrayBuffer> }
    case MUX.credit:
      return { type: 'credit', channel, bytes: decoding.readVarUint(decoder) }
    case MUX.close:
      return { type: 'close', channel, code: decoding.readVarUint(decoder), reason: decoding.readVarString(decoder) }
    default:
      return { type: 'unknown', channel }
  }
}
