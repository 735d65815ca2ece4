import type { Harbour } from './harbours.ts'

export interface Tide {
  readonly kind: 'high' | 'low'
  readonly at: Date
  readonly metres: number
}

const HOUR_MS = 3_600_000
/** Half of the moon's tidal day is 12 h 25 min; low water lies in the middle. */
const BETWEEN_HIGH_WATERS_MS = 12.42 * HOUR_MS
const EPOCH = Date.UTC(2026, 0, 1)

/** The high and low waters of one day. A pocket model: never sail by it. */
export function tidesOf(harbour: Harbour, day: Date): Tide[] {
  const start = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate())
  const step = BETWEEN_HIGH_WATERS_MS / 2
  const first = EPOCH + harbour.firstHighWater * HOUR_MS
  const tides: Tide[] = []
  for (let i = Math.ceil((start - first) / step); first + i * step < start + 24 * HOUR_MS; i++) {
    const kind = i % 2 === 0 ? 'high' : 'low'
    tides.push({ kind, at: new Date(first + i * step), metres: kind === 'high' ? harbour.range : 0.3 })
  }
  return tides
}
