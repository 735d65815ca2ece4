export type Period = 'day' | 'month'

/** First moment of the day or month, UTC. */
export function periodStart(period: Period, now: number): Date {
  const at = new Date(now)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), period === 'day' ? at.getUTCDate() : 1))
}

/** Seconds until the next one begins. */
export function secondsToNext(period: Period, now: number): number {
  const at = new Date(now)
  const next =
    period === 'day'
      ? Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1)
      : Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)
  return Math.ceil((next - now) / 1000)
}
