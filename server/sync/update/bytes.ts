/** Bytes that are no Yjs update or no frame of ours: whoever sent them is closed with 1007. */
export class Malformed extends Error {}

/** Reads lib0's encoding strictly: what lib0 would swallow or read past throws Malformed here. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly end: number
  pos: number

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
    this.bytes = bytes
    this.pos = pos
    this.end = end
  }

  byte(): number {
    if (this.pos >= this.end) throw new Malformed('truncated')
    return this.bytes[this.pos++] as number
  }

  varUint(): number {
    let byte = this.byte()
    if (byte < 128) return byte
    let value = byte & 127
    let factor = 128
    for (;;) {
      byte = this.byte()
      value += (byte & 127) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw new Malformed('number too large')
      if (byte < 128) return value
      factor *= 128
      if (factor > Number.MAX_SAFE_INTEGER) throw new Malformed('number too long')
    }
  }

  /** Steps over `length` bytes and answers where they began. */
  skip(length: number): number {
    const start = this.pos
    if (length > this.end - start) throw new Malformed('truncated')
    this.pos = start + length
    return start
  }

  /** A count of things that take at least one byte each: more than the bytes left is absurd. */
  count(): number {
    const value = this.varUint()
    if (value > this.end - this.pos) throw new Malformed('absurd count')
    return value
  }

  varBytes(): Uint8Array {
    const length = this.varUint()
    const start = this.skip(length)
    return this.bytes.subarray(start, start + length)
  }

  varString(): string {
    return decodeUtf8(this.varBytes())
  }

  finish(): void {
    if (this.pos !== this.end) throw new Malformed('trailing bytes')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new Malformed('not UTF-8', { cause })
  }
}

/**
 * Most of what is written is a keystroke: a buffer of its own outside the heap for each cost more than the writing.
 * Null while a writer has it.
 */
let scratch: Uint8Array | null = new Uint8Array(1024)

/** Writes lib0's encoding into one growing buffer. */
export class ByteWriter {
  private buffer: Uint8Array
  private isScratch: boolean
  length = 0

  constructor(capacity = 128) {
    this.isScratch = scratch !== null && capacity <= scratch.length
    this.buffer = this.isScratch ? (scratch as Uint8Array) : new Uint8Array(capacity)
    if (this.isScratch) scratch = null
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + extra))
    grown.set(this.buffer.subarray(0, this.length))
    this.giveBack()
    this.buffer = grown
  }

  private giveBack(): void {
    if (this.isScratch) scratch = this.buffer
    this.isScratch = false
  }

  varUint(value: number): void {
    this.reserve(9)
    let rest = value
    while (rest > 127) {
      this.buffer[this.length++] = 128 | (rest % 128)
      rest = Math.floor(rest / 128)
    }
    this.buffer[this.length++] = rest
  }

  /** Leaves so many bytes as they are. */
  skip(length: number): void {
    this.reserve(length)
    this.length += length
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  bytes(source: Uint8Array, from = 0, to = source.length): void {
    this.reserve(to - from)
    this.buffer.set(from === 0 && to === source.length ? source : source.subarray(from, to), this.length)
    this.length += to - from
  }

  varBytes(source: Uint8Array): void {
    this.varUint(source.length)
    this.bytes(source)
  }

  varString(text: string): void {
    this.varBytes(new TextEncoder().encode(text))
  }

  /** What was written; the writer must not be used after. */
  finish(): Uint8Array {
    if (!this.isScratch) return this.buffer.subarray(0, this.length)
    const written = this.buffer.slice(0, this.length)
    this.giveBack()
    return written
  }
}
