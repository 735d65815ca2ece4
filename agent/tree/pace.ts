import { setImmediate as nextTurn } from 'node:timers/promises'

/** The longest the loop is kept at a stretch by work that can wait. */
const SLICE_MS = 8

/** Long work asks after each step whether it is time to let others have the loop. */
export interface Pace {
  isDue(): boolean
  rest(): Promise<void>
}

export function createPace(): Pace {
  let since = performance.now()
  return {
    isDue: () => performance.now() - since > SLICE_MS,
    async rest() {
      await nextTurn()
      since = performance.now()
    },
  }
}
