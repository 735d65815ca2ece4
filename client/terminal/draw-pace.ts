/** So many bytes at once, or this many more than FLOOD_BYTES_PER_MS takes away, are more than anyone reads. */
const FLOOD_BYTES = 128 << 10
const FLOOD_BYTES_PER_MS = 512
/** A flood that ended is forgotten so soon. */
const MOST_BYTES = FLOOD_BYTES + (64 << 10)
const INTERVAL_MS = 80
/** Who pressed a key looks at what it does. */
const KEY_MS = 300

interface Rows {
  readonly start: number
  readonly end: number
  readonly isRedrawOnly: boolean
}

export interface DrawPace {
  /** So many bytes came to be printed. */
  printed(bytes: number): void
  /** A key was pressed: for a moment everything is drawn at once. */
  pressed(): void
  /** Rows that changed: drawn at once, or together with what changes until the next time. */
  draw(rows: Rows): void
  /** Draws what waits. */
  flush(): void
  dispose(): void
}

/**
 * Draws at the screen's own pace, and a few times a second while more is printed than a person could read: each
 * drawing leaves garbage in the page that is only collected much later.
 */
export function createDrawPace(options: { draw: (rows: Rows) => void; now?: () => number }): DrawPace {
  const { draw, now = () => performance.now() } = options
  let recent = 0
  let countedAt = now()
  let drawnAt = -INTERVAL_MS
  let pressedAt = -KEY_MS
  let waiting: Rows | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  const count = (bytes: number): void => {
    const at = now()
    recent = Math.min(MOST_BYTES, Math.max(0, recent - (at - countedAt) * FLOOD_BYTES_PER_MS) + bytes)
    countedAt = at
  }
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting === null) return
    const rows = waiting
    waiting = null
    drawnAt = now()
    draw(rows)
  }
  const waitMs = (): number => {
    count(0)
    if (recent <= FLOOD_BYTES || now() - pressedAt < KEY_MS) return 0
    return drawnAt + INTERVAL_MS - now()
  }

  return {
    printed: count,
    pressed() {
      pressedAt = now()
      flush()
    },
    draw(rows) {
      waiting = waiting === null ? rows : join(waiting, rows)
      const ms = waitMs()
      if (ms <= 0) flush()
      else timer ??= setTimeout(flush, ms)
    },
    flush,
    dispose() {
      if (timer !== null) clearTimeout(timer)
      waiting = null
    },
  }
}

const join = (a: Rows, b: Rows): Rows => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
  isRedrawOnly: a.isRedrawOnly && b.isRedrawOnly,
})
