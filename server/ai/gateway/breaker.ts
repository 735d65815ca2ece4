/** What became of an attempt, as far as the provider is to blame. */
export type Verdict = 'success' | 'failure' | 'nothing'

export interface Breaker {
  /** Whether the provider may be asked now. After a rest, one attempt is let through to try. */
  allows(providerId: string): boolean
  record(providerId: string, verdict: Verdict): void
  /** It said that it has too much to do: not asked again for `ms`. */
  coolDown(providerId: string, ms: number): void
  /** Milliseconds until the provider may be asked again; 0: now. */
  restMs(providerId: string): number
}

const WINDOW_MS = 20_000
const MIN_CALLS = 10
const FAILURE_SHARE = 0.5
const REST_MS = 10_000

interface Health {
  /** calls of the last 20 s, counted by the second, oldest first */
  readonly seconds: { readonly second: number; calls: number; failures: number }[]
  closedUntil: number
  isTrying: boolean
  isOpen: boolean
}

/** Leaves a provider alone for 10 s where half of at least ten calls in 20 s failed; what callers abort counts not. */
export function createBreaker(now: () => number): Breaker {
  const providers = new Map<string, Health>()
  const healthOf = (id: string): Health => {
    const known = providers.get(id)
    if (known) return known
    const fresh: Health = { seconds: [], closedUntil: 0, isTrying: false, isOpen: false }
    providers.set(id, fresh)
    return fresh
  }

  return {
    allows(id) {
      const health = healthOf(id)
      if (now() < health.closedUntil) return false
      if (!health.isOpen) return true
      if (health.isTrying) return false
      health.isTrying = true
      return true
    },
    record(id, verdict) {
      const health = healthOf(id)
      const wasTrying = health.isTrying
      health.isTrying = false
      if (verdict === 'nothing') return
      const at = now()
      if (health.isOpen && wasTrying) {
        if (verdict === 'failure') health.closedUntil = at + REST_MS
        else {
          health.isOpen = false
          health.seconds.length = 0
        }
        return
      }
      const { calls, failures } = count(health, at, verdict === 'failure')
      if (calls < MIN_CALLS || failures < calls * FAILURE_SHARE) return
      health.isOpen = true
      health.closedUntil = at + REST_MS
    },
    coolDown(id, ms) {
      const health = healthOf(id)
      health.closedUntil = Math.max(health.closedUntil, now() + ms)
    },
    restMs: (id) => Math.max(0, healthOf(id).closedUntil - now()),
  }
}

function count({ seconds }: Health, at: number, isFailure: boolean): { calls: number; failures: number } {
  const second = Math.floor(at / 1000)
  while ((seconds[0]?.second ?? second) <= second - WINDOW_MS / 1000) seconds.shift()
  let last = seconds.at(-1)
  if (last?.second !== second) seconds.push((last = { second, calls: 0, failures: 0 }))
  last.calls += 1
  if (isFailure) last.failures += 1
  const sum = { calls: 0, failures: 0 }
  for (const { calls, failures } of seconds) {
    sum.calls += calls
    sum.failures += failures
  }
  return sum
}
