import { type AttemptEnd, runAttempt } from './attempt.ts'
import type { Breaker } from './breaker.ts'
import type { Clock } from './clock.ts'
import { type Failure, isProvidersFault, isWorthRetrying } from './failure.ts'
import { newTally, type Tally } from './reading.ts'
import type { Sink } from './sink.ts'
import type { Target } from './target.ts'
import type { UpstreamClient, UpstreamRequest } from './upstream.ts'

export interface RelayOptions {
  readonly client: UpstreamClient
  readonly breaker: Breaker
  readonly clock: Clock
  /** 0 to 1 */
  readonly random: () => number
}

export interface RelayJob {
  /** In the order in which they are tried. */
  readonly targets: readonly Target[]
  readonly requestFor: (target: Target) => UpstreamRequest
  readonly sink: Sink
  readonly signal: AbortSignal
}

export interface RelayEnd {
  readonly outcome:
    | { readonly type: 'done' }
    | { readonly type: 'stopped' }
    | { readonly type: 'failed'; readonly failure: Failure }
  /** The last that was asked; null where none was. */
  readonly target: Target | null
  readonly tally: Tally
}

export const TOTAL_MS = 300_000
const MAX_RETRIES = 2
const BACKOFF_MS = 100
const COOL_DOWN_MS = 5000
/** A longer wait asked for by Retry-After is not waited out: another route, or the caller, knows better. */
const LONGEST_WAIT_MS = 2000

/** Tries the routes in their order, each at most three times, and only while no content has passed. */
export async function relay(options: RelayOptions, job: RelayJob): Promise<RelayEnd> {
  const { clock, breaker } = options
  const total = new AbortController()
  const cancelTotal = clock.after(TOTAL_MS, () => total.abort())
  const signal = AbortSignal.any([job.signal, total.signal])
  let tally = newTally()
  let target: Target | null = null
  let failure: Failure | null = null

  const attemptAll = async (): Promise<RelayEnd['outcome']> => {
    for (const [index, candidate] of job.targets.entries()) {
      if (signal.aborted) break
      if (!breaker.allows(candidate.provider.id)) continue
      target = candidate
      for (let retry = 0; ; retry += 1) {
        tally = newTally()
        const end = await attempt(options, job, candidate, signal, tally)
        if (end.type === 'done') return { type: 'done' }
        if (end.type === 'aborted') break
        // The first failure is told: that of the route the admin put first.
        failure ??= end.failure
        if (tally.hasContent || end.failure.type === 'client-stalled') return { type: 'failed', failure: end.failure }
        const waitMs = waitBefore(options, end, retry, index + 1 < job.targets.length)
        if (waitMs === null || !(await pause(clock, waitMs, signal))) break
      }
    }
    if (job.signal.aborted) return { type: 'stopped' }
    if (total.signal.aborted) return { type: 'failed', failure: { type: 'timeout', phase: 'total' } }
    const retryAfterMs = Math.min(...job.targets.map(({ provider }) => breaker.restMs(provider.id)))
    return { type: 'failed', failure: failure ?? { type: 'resting', retryAfterMs } }
  }

  try {
    return { outcome: await attemptAll(), target, tally }
  } finally {
    cancelTotal()
  }
}

async function attempt(
  { client, clock, breaker }: RelayOptions,
  job: RelayJob,
  target: Target,
  signal: AbortSignal,
  tally: Tally,
): Promise<AttemptEnd> {
  const end = await runAttempt(
    {
      client,
      request: job.requestFor(target),
      form: target.provider.kind === 'tabby' && target.purpose === 'completion' ? 'tabby' : 'events',
      sink: job.sink,
      signal,
      clock,
      firstTokenMs: target.firstTokenMs,
    },
    tally,
  )
  const { id } = target.provider
  if (end.type === 'failed') {
    const { failure } = end
    breaker.record(id, isProvidersFault(failure) && !end.isStaleSocket ? 'failure' : 'nothing')
    if (failure.type === 'status' && failure.status === 429) breaker.coolDown(id, failure.retryAfterMs ?? COOL_DOWN_MS)
  } else breaker.record(id, end.type === 'done' ? 'success' : 'nothing')
  return end
}

/** Milliseconds to wait before the same route is asked again, or null where it is not. */
function waitBefore(
  { random }: RelayOptions,
  { failure, isStaleSocket }: Extract<AttemptEnd, { type: 'failed' }>,
  retry: number,
  hasNext: boolean,
): number | null {
  if (retry >= MAX_RETRIES || !isWorthRetrying(failure)) return null
  if (isStaleSocket) return 0
  const jitter = BACKOFF_MS * 2 ** retry * (0.5 + random())
  if (failure.type !== 'status') return jitter
  if (failure.status === 429 && hasNext) return null
  const asked = failure.retryAfterMs ?? 0
  return asked > LONGEST_WAIT_MS ? null : asked + jitter
}

/** False where the signal ended it. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const stop = (): void => {
      cancel()
      resolve(false)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve(true)
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
