import type { Clock } from './clock.ts'

/** One deadline at a time over the phases of a call. */
export interface Watch<Phase> {
  /** Starts a phase that must be over in `ms`. */
  enter(phase: Phase, ms: number): void
  /** Gives the phase `ms` from now. Costs a number, so it may be called for every chunk. */
  extend(ms: number): void
  /** Nothing is due until the next `enter`. */
  rest(): void
}

/** The timer is not set anew for each chunk: when it fires early it only looks how much is left. */
export function createWatch<Phase>(clock: Clock, onExpired: (phase: Phase) => void): Watch<Phase> {
  let deadline = 0
  let cancel: (() => void) | undefined

  const arm = (phase: Phase): void => {
    cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      if (clock.now() >= deadline) onExpired(phase)
      else arm(phase)
    })
  }
  return {
    enter(phase, ms) {
      cancel?.()
      deadline = clock.now() + ms
      arm(phase)
    },
    extend(ms) {
      deadline = clock.now() + ms
    },
    rest: () => cancel?.(),
  }
}
