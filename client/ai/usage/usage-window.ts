import type { Range } from './usage-search.ts'

const HOUR_MS = 3_600_000
const SPANS = {
  day: { bucket: 'hour', ms: HOUR_MS, count: 24 },
  week: { bucket: 'day', ms: 24 * HOUR_MS, count: 7 },
  month: { bucket: 'day', ms: 24 * HOUR_MS, count: 30 },
  quarter: { bucket: 'day', ms: 24 * HOUR_MS, count: 90 },
} as const

export interface UsageWindow {
  readonly from: string
  readonly to: string
  readonly bucket: 'hour' | 'day'
  /** First moments of the hours or days, oldest first, ISO 8601, UTC: also of those in which nothing was used. */
  readonly moments: readonly string[]
}

/** The hours or days that end with the present one. The same until the next one begins, so that it can key a query. */
export function usageWindow(range: Range, nowMs: number): UsageWindow {
  const { bucket, ms, count } = SPANS[range]
  const end = (Math.floor(nowMs / ms) + 1) * ms
  const iso = (at: number) => new Date(at).toISOString()
  const moments = Array.from({ length: count }, (_, i) => iso(end - (count - i) * ms).replace('.000Z', 'Z'))
  return { from: iso(end - count * ms), to: iso(end), bucket, moments }
}
