/** Time, injected so that the simulation owns it. Milliseconds. */
export interface Clock {
  now(): number
  /** Returns the function that cancels the timer. */
  after(ms: number, run: () => void): () => void
  /** Runs once whatever is being handled now is done. */
  soon(run: () => void): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon: (run) => void setImmediate(run),
}
