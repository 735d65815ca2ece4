/** Time, injected so that the simulation owns it. Milliseconds. */
export interface Clock {
  now(): number
  /** Returns the function that cancels the timer. */
  after(ms: number, run: () => void): () => void
  /** Runs once whatever is being handled now is done. */
  soon(run: () => void): void
}

const STARTED_AT = performance.timeOrigin

/**
 * The time at the process's start and what a monotonic clock counted since: the wall clock may be set back by a day,
 * and every window and deadline measured by it would wait for that day to pass.
 */
export const systemClock: Clock = {
  now: () => Math.floor(STARTED_AT + performance.now()),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon: (run) => void setImmediate(run),
}
