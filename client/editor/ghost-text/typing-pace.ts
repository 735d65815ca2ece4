const MIN_MS = 75
const MAX_MS = 500
/** Until anything is known of the person. */
const FIRST_MS = 200
const KEPT = 8
/** A longer break is thinking, not typing. */
const BREAK_MS = 1_000
/** A bit longer than between two keys: who pauses so long waits for something. */
const PATIENCE = 1.4

export interface TypingPace {
  typed(): void
  /** How long after the last key to ask. */
  delayMs(): number
}

/** Learns how fast somebody types, so that a model is asked in their pauses and not between their keys. */
export function createTypingPace(now: () => number): TypingPace {
  const intervals: number[] = []
  let lastAt: number | null = null
  return {
    typed() {
      const at = now()
      if (lastAt !== null && at - lastAt < BREAK_MS) intervals.push(at - lastAt)
      if (intervals.length > KEPT) intervals.shift()
      lastAt = at
    },
    delayMs() {
      if (intervals.length === 0) return FIRST_MS
      const mean = intervals.reduce((sum, ms) => sum + ms, 0) / intervals.length
      return Math.round(Math.min(MAX_MS, Math.max(MIN_MS, mean * PATIENCE)))
    },
  }
}
