/** Time, injected so that the simulation owns it. Milliseconds since 1970, as file systems count too. */
export interface Clock {
  now(): number
  /** Returns the function that cancels the timer. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
