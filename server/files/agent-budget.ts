const BURST = 5_000
const PER_SECOND = 500

/** Counts one agent's messages: `take` answers false once there were more than thirty tabs and a checkout explain. */
export function createBudget(now: () => number): { take(): boolean } {
  let tokens = BURST
  let at = now()
  return {
    take() {
      const time = now()
      tokens = Math.min(BURST, tokens + (Math.max(0, time - at) / 1000) * PER_SECOND)
      at = time
      if (tokens < 1) return false
      tokens--
      return true
    },
  }
}
