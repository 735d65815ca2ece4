import type { Clock } from '../clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/** Virtual time. Timers due at one moment fire in the order they were set. */
export class SimClock implements Clock {
  private timers: Timer[] = []
  private order = 0
  private time = 1_000_000

  now(): number {
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, ms), order: this.order++, run, isCancelled: false }
    let index = this.timers.length
    // Sorted, the next one last: few are waiting at a time.
    while (index > 0 && isBefore(this.timers[index - 1]!, timer)) index--
    this.timers.splice(index, 0, timer)
    return () => void (timer.isCancelled = true)
  }

  /** Fires everything due in the next `ms`; promises settle between any two timers. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settlePromises()
    for (let next = this.timers.at(-1); next !== undefined && next.at <= end; next = this.timers.at(-1)) {
      this.timers.pop()
      if (next.isCancelled) continue
      this.time = next.at
      next.run()
      await settlePromises()
    }
    this.time = end
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** All microtasks run before the next macrotask, however long their chain. */
const settlePromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
