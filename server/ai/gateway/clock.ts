/** Time as the gateway sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds, never going back. */
  now(): number
  /** Calls `work` after `ms`; the returned function calls it off. */
  after(ms: number, work: () => void): () => void
}

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}
