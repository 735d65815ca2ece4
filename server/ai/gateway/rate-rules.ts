import { AppError } from '#shared/errors.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'
import type { GatewayCaller } from './types.ts'

export interface RateRules {
  readonly perPersonMinute: number
  readonly perWorkspaceMinute: number
  /** Streams under way at once. */
  readonly perPersonAtOnce: number
  readonly perWorkspaceAtOnce: number
}

/** Generous for people, whose completions come several times a second; a loop gone wild is stopped. */
export const RATE_RULES: RateRules = {
  perPersonMinute: 600,
  perWorkspaceMinute: 6000,
  perPersonAtOnce: 32,
  perWorkspaceAtOnce: 256,
}

/** Lets a call begin, or throws `rate_limited`. The returned function tells that it has ended. */
export function createRates(rules: RateRules, now: () => number): { begin(caller: GatewayCaller): () => void } {
  const people = createRateLimit({
    perMinute: rules.perPersonMinute,
    burst: Math.max(rules.perPersonMinute / 5, 60),
    now,
  })
  const workspaces = createRateLimit({ perMinute: rules.perWorkspaceMinute, burst: rules.perWorkspaceMinute / 5, now })
  const running = new Map<string, number>()

  const change = (key: string, by: number): void => {
    const count = (running.get(key) ?? 0) + by
    if (count > 0) running.set(key, count)
    else running.delete(key)
  }
  return {
    begin({ userId, workspaceId, apiKeyId }) {
      const places: [string, number][] = [[`user ${userId}`, rules.perPersonAtOnce]]
      // A key is its owner's, but one that runs wild must not take the owner's own share.
      if (apiKeyId !== undefined) places.push([`key ${apiKeyId}`, rules.perPersonAtOnce])
      if (workspaceId !== null) places.push([`workspace ${workspaceId}`, rules.perWorkspaceAtOnce])
      for (const [key, most] of places) {
        if ((running.get(key) ?? 0) >= most)
          throw new AppError('rate_limited', undefined, { details: { retryAfterSeconds: 1 } })
      }
      people.take(apiKeyId ?? userId)
      if (workspaceId !== null) workspaces.take(workspaceId)
      for (const [key] of places) change(key, 1)
      return () => {
        for (const [key] of places) change(key, -1)
      }
    },
  }
}
