import { MUX } from '#shared/protocol/sync.ts'
import { ByteWriter } from '../update/bytes.ts'

/** One message for many: encoded once, and once for each channel number on multiplexed sockets. */
export interface OutFrame {
  readonly message: Uint8Array
  /** by channel number; made when the first multiplexed socket needs one */
  muxed: Map<number, Uint8Array> | null
}

/** Copies of a large frame are kept for few channel numbers: a client may think of as many as it likes. */
const MUXED_BYTES = 4 << 20

export const outFrame = (message: Uint8Array): OutFrame => ({ message, muxed: null })

/** The frame as a multiplexed socket carries it on this channel. */
export function muxedFrame(frame: OutFrame, channel: number): Uint8Array {
  const muxed = (frame.muxed ??= new Map())
  let bytes = muxed.get(channel)
  if (bytes === undefined) {
    const writer = new ByteWriter(frame.message.length + 10)
    writer.varUint(channel)
    writer.varUint(MUX.message)
    writer.bytes(frame.message)
    bytes = writer.finish()
    if (muxed.size * bytes.length < MUXED_BYTES - bytes.length) muxed.set(channel, bytes)
  }
  return bytes
}

/** How a channel reaches its client: a socket of its own, or a number on a shared one. */
export interface Link {
  /** whether acknowledgements and marks are understood (P6) */
  readonly wantsAcks: boolean
  /** bytes on their way that the client has not taken yet */
  backlog(): number
  /** false when the client's window is used up: nothing but the initial state may be sent */
  hasCredit(): boolean
  send(frame: OutFrame): void
  /** ends this channel only */
  close(code: number, reason: string): void
  /** asks the other side to slow down, and to go on */
  pause(): void
  resume(): void
  /** a message of so many bytes was handled: its room in the window is free again */
  handled(bytes: number): void
}
