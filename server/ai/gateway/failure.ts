import type { AiErrorCode } from '#shared/api/ai.ts'

/** Why an attempt came to nothing. Holds no word of the upstream's. */
export type Failure =
  | { readonly type: 'unreachable' }
  | { readonly type: 'timeout'; readonly phase: 'connect' | 'first-token' | 'idle' | 'total' }
  /** It answered with this status, or said so in mid-stream. */
  | {
      readonly type: 'status'
      readonly status: number
      readonly retryAfterMs: number | null
      readonly reason: 'key' | 'model' | null
    }
  /** The stream ended without a finish. */
  | { readonly type: 'cut' }
  | { readonly type: 'malformed' }
  /** Whoever asked reads no more: theirs, not the provider's. */
  | { readonly type: 'client-stalled' }
  /** Every route rests after failures. */
  | { readonly type: 'resting'; readonly retryAfterMs: number }

/** What `ai_usage.error_class` may hold beside the codes people see. */
export type ErrorClass = AiErrorCode | 'ai_budget_exhausted' | 'client_stalled' | 'server_lost' | 'internal'

export function errorClassOf(failure: Failure): AiErrorCode | 'client_stalled' {
  switch (failure.type) {
    case 'unreachable':
      return 'ai_unreachable'
    case 'timeout':
      return failure.phase === 'connect' ? 'ai_unreachable' : 'ai_timeout'
    case 'status':
      return errorOfStatus(failure)
    case 'cut':
    case 'malformed':
      return 'ai_failed'
    case 'client-stalled':
      return 'client_stalled'
    case 'resting':
      return 'ai_busy'
  }
}

/** LiteLLM answers 400 to a wrong key and to an unknown model: `reason` tells these from a refused request. */
function errorOfStatus({ status, reason }: Extract<Failure, { type: 'status' }>): AiErrorCode {
  if (reason !== null || status === 401 || status === 403 || status === 404) return 'ai_misconfigured'
  if (status === 429 || status === 503) return 'ai_busy'
  if (status === 408 || status === 504) return 'ai_timeout'
  return status >= 500 ? 'ai_failed' : 'ai_refused'
}

/** Whether it speaks against the provider's health: a refused request, a wrong key or an unknown model does not. */
export function isProvidersFault(failure: Failure): boolean {
  switch (failure.type) {
    case 'unreachable':
    case 'cut':
    case 'malformed':
      return true
    case 'timeout':
      return failure.phase !== 'total'
    case 'status':
      return failure.status >= 500 && failure.reason === null
    case 'client-stalled':
    case 'resting':
      return false
  }
}

/** Worth asking the same route again: what passes by itself, and has not already taken a deadline's time. */
export function isWorthRetrying(failure: Failure): boolean {
  switch (failure.type) {
    case 'unreachable':
    case 'cut':
    case 'malformed':
      return true
    case 'status':
      return failure.reason === null && (failure.status === 429 || failure.status >= 500)
    case 'timeout':
    case 'client-stalled':
    case 'resting':
      return false
  }
}
