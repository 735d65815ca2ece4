import type { Clock } from '../clock.ts'

/** From here on, what freed rooms leave is worth a collection. */
const WORTH_BYTES = 8 << 20
/** What a room holds beside its state. */
const ROOM_BYTES = 16 << 10
/** Rooms that were left together are freed together. */
const WAIT_MS = 1_000

export interface GiveBack {
  /** A room with so large a state was freed. */
  freed(stateBytes: number): void
  stop(): void
}

interface Options {
  readonly clock: Clock
  /** nobody is in any document, so that nobody waits while garbage is collected */
  readonly isQuiet: () => boolean
  readonly collect?: () => void
}

/** All that is not needed, V8's spare pages too: an ordinary collection keeps those for the next storm. */
const collectAll = (): void => void globalThis.gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' })

/** Gives memory back to the system once a storm is over (L4); while people are there, V8 collects when it likes. */
export function createGiveBack({ clock, isQuiet, collect = collectAll }: Options): GiveBack {
  let left = 0
  let cancel: (() => void) | null = null

  const look = (): void => {
    cancel = null
    if (!isQuiet()) return
    left = 0
    collect()
  }

  return {
    freed(stateBytes) {
      left += stateBytes + ROOM_BYTES
      if (left >= WORTH_BYTES) cancel ??= clock.after(WAIT_MS, look)
    },
    stop: () => cancel?.(),
  }
}
