import type { Clock } from '../clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/** Virtual time: a binary heap of timers, fired one by one. */
export class SimClock implements Clock {
  private heap: Timer[] = []
  private order = 0
  private time = 1_000_000

  now(): number {
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, ms), order: this.order++, run, isCancelled: false }
    this.heap.push(timer)
    let index = this.heap.length - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(timer, this.heap[parent] as Timer)) break
      this.heap[index] = this.heap[parent] as Timer
      index = parent
    }
    this.heap[index] = timer
    return () => void (timer.isCancelled = true)
  }

  soon(run: () => void): void {
    this.after(0, run)
  }

  /** Fires everything due in the next `ms`; promises settle between any two timers. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settlePromises()
    for (let next = this.heap[0]; next !== undefined && next.at <= end; next = this.heap[0]) {
      this.pop()
      if (next.isCancelled) continue
      this.time = Math.max(this.time, next.at)
      next.run()
      await settlePromises()
    }
    this.time = end
  }

  private pop(): void {
    const last = this.heap.pop() as Timer
    const { length } = this.heap
    if (length === 0) return
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= length) break
      if (child + 1 < length && isBefore(this.heap[child + 1] as Timer, this.heap[child] as Timer)) child++
      if (!isBefore(this.heap[child] as Timer, last)) break
      this.heap[index] = this.heap[child] as Timer
      index = child
    }
    this.heap[index] = last
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** All microtasks run before the next macrotask, however long their chain. */
const settlePromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The clock as one node sees it: once the node is dead, nothing of it runs any more. */
export function mortalClock(clock: Clock, isDead: () => boolean): Clock {
  const guard = (run: () => void) => () => {
    if (!isDead()) run()
  }
  return {
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, guard(run)),
    soon: (run) => clock.soon(guard(run)),
  }
}
