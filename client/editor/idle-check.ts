/** The browser's moments of leisure; for tests another one. */
export interface Leisure {
  /** calls back once when nothing else waits; `mayGoOn` says when to stop. Answers how to call it off */
  readonly ask: (work: (mayGoOn: () => boolean) => void) => () => void
}

const SLICE_MS = 4

/** Where the browser has no `requestIdleCallback` (Safari), a short slice of an ordinary task. */
export const browserLeisure: Leisure = {
  ask: (work) => {
    if (typeof requestIdleCallback === 'function') {
      const handle = requestIdleCallback((deadline) => work(() => deadline.timeRemaining() > 1))
      return () => cancelIdleCallback(handle)
    }
    const timer = setTimeout(() => {
      const until = performance.now() + SLICE_MS
      work(() => performance.now() < until)
    })
    return () => clearTimeout(timer)
  },
}

export interface IdleCheckOptions {
  readonly leisure: Leisure
  /** begins a comparison of the state of now; each call goes on where the last one stopped */
  readonly begin: () => (mayGoOn: () => boolean) => 'equal' | 'different' | 'unfinished'
  /** not now: somebody composes a syllable */
  readonly isBusy: () => boolean
  readonly onDifferent: () => void
}

export interface IdleCheck {
  /** something changed: what was compared so far says nothing any more */
  readonly changed: () => void
  readonly stop: () => void
}

/** Between a change and the comparison, so that somebody who types on pays for one a second at most. */
const QUIET_MS = 1_000

/** Compares in leisure after changes, in slices; a change on the way makes it begin again later. */
export function createIdleCheck({ leisure, begin, isBusy, onDifferent }: IdleCheckOptions): IdleCheck {
  let timer: ReturnType<typeof setTimeout> | null = null
  let callOff: (() => void) | null = null

  const wait = (): void => {
    timer ??= setTimeout(() => {
      timer = null
      if (isBusy()) wait()
      else goOn(begin())
    }, QUIET_MS)
  }
  const goOn = (compare: ReturnType<typeof begin>): void => {
    callOff = leisure.ask((mayGoOn) => {
      callOff = null
      if (isBusy()) return wait()
      const result = compare(mayGoOn)
      if (result === 'unfinished') goOn(compare)
      if (result === 'different') onDifferent()
    })
  }
  const rest = (): void => {
    callOff?.()
    callOff = null
  }
  return {
    changed: () => {
      rest()
      wait()
    },
    stop: () => {
      rest()
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
