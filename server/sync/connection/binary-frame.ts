/** Beyond this a copy costs more than a second write. */
const COPIED_BYTES = 16 << 10

/** The head of a server's unmasked, final binary frame (RFC 6455, 5.2), with `room` bytes for what follows. */
function frameHead(length: number, room: number): { readonly bytes: Buffer; readonly size: number } {
  const size = length > 65_535 ? 10 : length > 125 ? 4 : 2
  const bytes = Buffer.allocUnsafe(size + room)
  bytes[0] = 0x82
  if (size === 2) bytes[1] = length
  else if (size === 4) {
    bytes[1] = 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 127
    bytes.writeUInt32BE(0, 2)
    bytes.writeUInt32BE(length, 6)
  }
  return { bytes, size }
}

/** Frames a message for the wire, as the chunks to be written. */
export type Framer = (message: Uint8Array) => readonly Uint8Array[]

/**
 * The same message mostly goes to many sockets in a row,
 * so the last one is kept framed: its head is written once, and each socket gets one buffer in one system call.
 */
export function createFramer(): Framer {
  let last: Uint8Array | null = null
  let chunks: readonly Uint8Array[] = []
  return (message) => {
    if (message === last) return chunks
    if (message.length > COPIED_BYTES) return [frameHead(message.length, 0).bytes, message]
    const { bytes, size } = frameHead(message.length, message.length)
    bytes.set(message, size)
    last = message
    chunks = [bytes]
    return chunks
  }
}
