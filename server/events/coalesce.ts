export interface Coalescer<K> {
  /** `flush(key)` runs once, `delayMs` after the first mark, however often the key is marked until then. */
  mark(key: K): void
  close(): void
}

/** Joins bursts of changes into one broadcast. */
export function createCoalescer<K>(delayMs: number, flush: (key: K) => void): Coalescer<K> {
  const timers = new Map<K, NodeJS.Timeout>()
  return {
    mark(key) {
      if (timers.has(key)) return
      timers.set(
        key,
        setTimeout(() => {
          timers.delete(key)
          flush(key)
        }, delayMs),
      )
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
