import type { Sink } from '../gateway/sink.ts'

export interface Collector extends Sink {
  text(): string
  /** All bytes, as text. */
  bytes(): string
  /** Resolves once the text holds this. */
  untilText(part: string): Promise<void>
  /** From now on it has no room … */
  fill(): void
  /** … until now. */
  drain(): void
}

/** A sink that keeps what it is given. */
export function createCollector(): Collector {
  const chunks: Buffer[] = []
  let text = ''
  let room: PromiseWithResolvers<void> | null = null
  const waiting = new Set<() => void>()
  return {
    opened: () => {},
    write(bytes, delta) {
      chunks.push(bytes)
      text += delta.text
      for (const wake of waiting) wake()
      return room === null
    },
    drained: () => room?.promise ?? Promise.resolve(),
    text: () => text,
    bytes: () => Buffer.concat(chunks).toString('utf8'),
    async untilText(part) {
      while (!text.includes(part)) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
      }
    },
    fill: () => (room = Promise.withResolvers<void>()),
    drain() {
      room?.resolve()
      room = null
    },
  }
}
