/** Send times of edits by author and clock, so that coalesced arrivals can be taken apart again. */
export interface LatencyBook {
  sent(clientId: number, clock: number): void
  /** A book-keeper for one receiver. */
  receiver(): (clientId: number, clock: number, at: number) => void
  readonly samples: readonly number[]
  /** Forgets what was measured so far, as after a warm-up. */
  clear(): void
  /** How many edits were delivered, counted once a receiver. */
  readonly delivered: number
  /** Resolves when `count` deliveries have been counted. */
  reached(count: number): Promise<void>
}

export function createLatencyBook(): LatencyBook {
  const sentAt = new Map<number, { clock: number; at: number }[]>()
  const samples: number[] = []
  let waiting: { count: number; resolve: () => void } | null = null
  return {
    samples,
    get delivered() {
      return samples.length
    },
    clear() {
      samples.length = 0
      waiting = null
    },
    sent(clientId, clock) {
      const edits = sentAt.get(clientId) ?? []
      sentAt.set(clientId, edits)
      edits.push({ clock, at: performance.now() })
    },
    receiver() {
      const next = new Map<number, number>()
      return (clientId, clock, at) => {
        const edits = sentAt.get(clientId)
        if (!edits) return
        let i = next.get(clientId) ?? 0
        for (let edit = edits[i]; edit && edit.clock <= clock; edit = edits[++i]) samples.push(at - edit.at)
        next.set(clientId, i)
        if (waiting && samples.length >= waiting.count) waiting.resolve()
      }
    },
    reached(count) {
      if (samples.length >= count) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting = { count, resolve }
      return promise
    },
  }
}
