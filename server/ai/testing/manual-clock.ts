import type { Clock } from '../gateway/clock.ts'

/** A clock that stands until it is told; `advance` runs what falls due, in its order. */
export function createManualClock(): Clock & { advance(ms: number): void } {
  let time = 0
  const timers = new Set<{ at: number; work: () => void }>()
  return {
    now: () => time,
    after(ms, work) {
      const timer = { at: time + ms, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const until = time + ms
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due)
        time = Math.max(time, due.at)
        due.work()
      }
      time = until
    },
  }
}
