/** A frame: nobody sees more often than that what changed. A timer, since hidden pages draw no frames. */
const FRAME_MS = 16

export interface Gathered<T> {
  readonly add: (item: T) => void
  /** forgets what has not been handed on */
  readonly clear: () => void
}

/** Hands on together what comes within one frame: a checkout tells hundreds of times, and is drawn once. */
export function gatherPerFrame<T>(take: (items: readonly T[]) => void, frameMs = FRAME_MS): Gathered<T> {
  let waiting: T[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = (): void => {
    timer = null
    const items = waiting
    waiting = []
    take(items)
  }
  return {
    add: (item) => {
      waiting.push(item)
      timer ??= setTimeout(flush, frameMs)
    },
    clear: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      waiting = []
    },
  }
}
