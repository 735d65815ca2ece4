/** With less than this between two messages, the server would spend its time on envelopes. */
const INTERVAL_MS = 4
export const OUTPUT_MESSAGE_BYTES = 64 << 10

interface Gathered {
  offset: number
  chunks: Uint8Array[]
  bytes: number
}

export interface OutputPacer<Id> {
  push(id: Id, offset: number, bytes: Uint8Array): void
  /** Sends what is gathered of one now, for something that must come after it. */
  flush(id: Id): void
  forget(id: Id): void
  close(): void
}

/**
 * Joins the small pieces in which programs print. The first goes at once, so that an echo waits for nothing; while
 * much is printed, all terminals together send one message each INTERVAL_MS, in turn.
 */
export function createOutputPacer<Id>(send: (id: Id, offset: number, bytes: Uint8Array) => void): OutputPacer<Id> {
  // The oldest first.
  const gathered = new Map<Id, Gathered>()
  let timer: NodeJS.Timeout | null = null

  const emit = (id: Id, { offset, chunks }: Gathered): void => {
    const [only] = chunks
    send(id, offset, chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks))
  }

  const flush = (id: Id): void => {
    const found = gathered.get(id)
    gathered.delete(id)
    if (found !== undefined) emit(id, found)
  }

  const tick = (): void => {
    timer = null
    const [next] = gathered.keys()
    if (next === undefined) return
    flush(next)
    timer = setTimeout(tick, INTERVAL_MS)
  }

  return {
    push(id, offset, bytes) {
      const found = gathered.get(id)
      if (found === undefined) gathered.set(id, { offset, chunks: [bytes], bytes: bytes.length })
      else {
        found.chunks.push(bytes)
        found.bytes += bytes.length
        if (found.bytes >= OUTPUT_MESSAGE_BYTES) return flush(id)
      }
      if (timer === null) tick()
    },
    flush,
    forget: (id) => void gathered.delete(id),
    close() {
      if (timer !== null) clearTimeout(timer)
      gathered.clear()
    },
  }
}
