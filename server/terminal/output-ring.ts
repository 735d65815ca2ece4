import type { TerminalSize } from '#shared/protocol/terminal.ts'

/** More than is under way from an agent, so that a reader who keeps up never misses anything. */
const RING_BYTES = 1 << 20

/** What follows an offset: bytes, or a change of size between them. */
export type Piece =
  | { readonly type: 'bytes'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'size'; readonly size: TerminalSize }

export interface OutputRing {
  start(): number
  end(): number
  /** false: it does not continue what is here, something was missed */
  push(offset: number, bytes: Uint8Array): boolean
  resize(size: TerminalSize): void
  /** Changes of size counted from the first. */
  sizes(): number
  /** The next piece for who has all before `offset` and has heard of `sizes` changes; null: nothing yet. */
  next(offset: number, sizes: number, maxBytes: number): Piece | null
  clear(offset: number): void
}

/** The last of what one terminal printed: bounded, whoever reads or does not. */
export function createOutputRing(): OutputRing {
  let chunks: { offset: number; bytes: Uint8Array }[] = []
  let changes: { offset: number; number: number; size: TerminalSize }[] = []
  let changeCount = 0
  let end = 0
  let held = 0
  const start = (): number => chunks[0]?.offset ?? end

  return {
    start,
    end: () => end,
    sizes: () => changeCount,
    push(offset, bytes) {
      if (chunks.length === 0 && changes.length === 0) end = offset
      if (offset !== end) return false
      chunks.push({ offset, bytes })
      end += bytes.length
      held += bytes.length
      while (held > RING_BYTES && chunks.length > 1) held -= chunks.shift()!.bytes.length
      changes = changes.filter((change) => change.offset >= start())
      return true
    },
    resize(size) {
      changeCount++
      changes.push({ offset: end, number: changeCount, size })
    },
    next(offset, sizes, maxBytes) {
      const change = changes.find(({ number }) => number > sizes)
      if (change !== undefined && change.offset <= offset) return { type: 'size', size: change.size }
      const chunk = chunks.find((one) => one.offset + one.bytes.length > offset)
      if (chunk === undefined || maxBytes <= 0) return null
      const skipped = offset - chunk.offset
      const stop = Math.min(chunk.bytes.length, skipped + maxBytes, change ? change.offset - chunk.offset : Infinity)
      return { type: 'bytes', offset, bytes: chunk.bytes.subarray(skipped, stop) }
    },
    clear(offset) {
      chunks = []
      changes = []
      held = 0
      end = offset
    },
  }
}
