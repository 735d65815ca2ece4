import type { StructRun } from './encode-update.ts'
import type { Known } from './scan-update.ts'

/** The struct of `client` at `clock` builds on a struct that is not known yet. */
export interface Dependency {
  readonly client: number
  readonly clock: number
  readonly on: number
  readonly onClock: number
}

export interface Reach {
  /** every run can be integrated whole */
  readonly isComplete: boolean
  /** the clock up to which this client's structs can be integrated: the start of one, or the end of its run */
  clockOf(client: number): number
}

/**
 * How far Yjs would integrate the runs: each dependency must be known or be reached by the runs themselves, in some
 * order. A circle, which only a forged update has, stays pending in Yjs for ever, so it is never reached. Linear time.
 */
export function reachOf(runs: readonly StructRun[], waits: readonly Dependency[], known: Known): Reach {
  const ends = new Map<number, number>()
  for (const run of runs) ends.set(run.client, run.end)
  const queues = new Map<number, Dependency[]>()
  for (const wait of waits) push(queues, wait.client, wait)
  const next = new Map<number, number>()
  const clockOf = (client: number): number => {
    const blocked = queues.get(client)?.[next.get(client) ?? 0]
    return blocked === undefined ? (ends.get(client) ?? known.clockOf(client)) : blocked.clock
  }
  const sleepers = new Map<number, number[]>()
  const ready = [...queues.keys()]
  let open = waits.length
  for (let client = ready.pop(); client !== undefined; client = ready.pop()) {
    const queue = queues.get(client) as Dependency[]
    const before = next.get(client) ?? 0
    let index = before
    for (; index < queue.length; index++) {
      const wait = queue[index] as Dependency
      if (wait.onClock >= clockOf(wait.on)) {
        push(sleepers, wait.on, client)
        break
      }
      next.set(client, index + 1)
      open--
    }
    if (index > before) {
      ready.push(...(sleepers.get(client) ?? []))
      sleepers.delete(client)
    }
  }
  return { isComplete: open === 0, clockOf }
}

function push<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
