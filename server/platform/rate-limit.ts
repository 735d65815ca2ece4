import { AppError } from '#shared/errors.ts'

export interface RateLimit {
  /** Takes one try for this key, or throws `rate_limited` with the seconds to wait. */
  take(key: string): void
  /** Gives the key a clean slate, as after a right password. */
  reset(key: string): void
}

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets in memory: `burst` tries at once, refilled at `perMinute`. Full buckets are forgotten. */
export function createRateLimit(options: {
  perMinute: number
  burst: number
  now?: () => number
  maxKeys?: number
}): RateLimit {
  const { perMinute, burst, now = Date.now, maxKeys = 100_000 } = options
  const perMs = perMinute / 60_000
  const buckets = new Map<string, Bucket>()

  // A clock set back refills nothing, but takes nothing away either.
  const level = (bucket: Bucket, at: number) => Math.min(burst, bucket.tokens + Math.max(0, at - bucket.at) * perMs)
  const forgetFull = (at: number) => {
    for (const [key, bucket] of buckets) if (level(bucket, at) >= burst) buckets.delete(key)
    // Under a flood of fresh keys the oldest go first: memory stays bounded. A tenth at once, or each key of the
    // flood would cost a walk through all.
    for (const key of buckets.keys()) {
      if (buckets.size < maxKeys * 0.9) break
      buckets.delete(key)
    }
  }

  return {
    take(key) {
      const at = now()
      if (buckets.size >= maxKeys) forgetFull(at)
      const bucket = buckets.get(key)
      const tokens = bucket ? level(bucket, at) : burst
      if (tokens < 1) {
        throw new AppError('rate_limited', undefined, {
          details: { retryAfterSeconds: Math.ceil((1 - tokens) / perMs / 1000) },
        })
      }
      buckets.delete(key)
      buckets.set(key, { tokens: tokens - 1, at })
    },
    reset: (key) => void buckets.delete(key),
  }
}
