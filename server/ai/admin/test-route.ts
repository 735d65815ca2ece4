import type { RouteTest } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'
import { runAttempt } from '../gateway/attempt.ts'
import { REAL_CLOCK } from '../gateway/clock.ts'
import { type Failure, errorClassOf } from '../gateway/failure.ts'
import { newTally } from '../gateway/reading.ts'
import { requestFor } from '../gateway/request-body.ts'
import { readTarget } from '../gateway/targets.ts'
import type { AiAdminContext } from './context.ts'

/** Asks a route for one token, once, past breaker and budgets, and says what an admin can do about what comes. */
export async function testRoute(context: AiAdminContext, id: string, signal: AbortSignal): Promise<RouteTest> {
  const found = await readTarget(context, id)
  if (!found) throw new AppError('not_found')
  if (found.isSealed) return { status: 'unsealable' }
  const { target } = found
  const common = { maxTokens: 1, extra: {}, promptTokens: 1 }
  const request = requestFor(
    target,
    target.purpose === 'chat'
      ? { ...common, purpose: 'chat', messages: [{ role: 'user', content: 'Say yes.' }] }
      : { ...common, purpose: 'completion', segments: { prefix: 'const one = ' } },
  )
  const startedAt = REAL_CLOCK.now()
  const tally = newTally()
  const end = await runAttempt(
    {
      client: context.gateway.client,
      request,
      form: target.provider.kind === 'tabby' && target.purpose === 'completion' ? 'tabby' : 'events',
      sink: { opened: () => {}, write: () => true, drained: () => Promise.resolve() },
      signal,
      clock: REAL_CLOCK,
      firstTokenMs: 15_000,
    },
    tally,
  )
  if (end.type === 'failed') return { status: findingOf(end.failure) }
  return { status: 'ok', firstTokenMs: Math.round((tally.firstContentAt ?? REAL_CLOCK.now()) - startedAt) }
}

function findingOf(failure: Failure): Exclude<RouteTest['status'], 'ok' | 'unsealable'> {
  if (failure.type === 'status' && failure.reason !== null) {
    return failure.reason === 'key' ? 'wrong_key' : 'unknown_model'
  }
  switch (errorClassOf(failure)) {
    case 'ai_unreachable':
      return 'unreachable'
    case 'ai_timeout':
      return 'timeout'
    case 'ai_busy':
      return 'busy'
    case 'ai_refused':
      return 'refused'
    case 'ai_failed':
    case 'ai_misconfigured':
    case 'client_stalled':
      return 'failed'
  }
}
