import { ERRORS, type ErrorCode } from '#shared/errors.ts'
import { common } from './common.ts'
import { currentLocale } from './i18n.ts'

/** What every failed call comes down to: a code of shared/errors.ts, or no answer at all. */
export interface Failure {
  readonly code: ErrorCode | 'network'
  readonly requestId: string | null
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value)

/** Thrown by code that has a code but no tRPC answer: an upload, a socket event. */
export class ApiError extends Error {
  readonly data: { readonly appCode: ErrorCode; readonly requestId: string | null }
  constructor(code: ErrorCode, requestId: string | null = null) {
    super(code)
    this.name = 'ApiError'
    this.data = { appCode: code, requestId }
  }
}

/** Reads the code and request id out of whatever a call threw. */
export function failureOf(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return { code: 'internal', requestId: null }
  const data: unknown = 'data' in error ? error.data : null
  if (typeof data === 'object' && data !== null && 'appCode' in data && isErrorCode(data.appCode)) {
    const requestId = 'requestId' in data && typeof data.requestId === 'string' ? data.requestId : null
    return { code: data.appCode, requestId }
  }
  // tRPC wraps fetch's own failures; they carry no data from the server.
  const isFromTrpc = error instanceof Error && error.name === 'TRPCClientError'
  return { code: isFromTrpc ? 'network' : 'internal', requestId: null }
}

export const hasCode = (error: unknown, ...codes: readonly Failure['code'][]): boolean =>
  error !== null && error !== undefined && codes.includes(failureOf(error).code)

/** The sentence a person reads: what happened and what to do next, in their language. */
export function sentenceFor(code: Failure['code']): string {
  return code === 'network' ? common.t('error.network') : ERRORS[code][currentLocale()]
}

/** The sentence for anything a call threw; bugs carry the id under which the server logged them. */
export function describeError(error: unknown): string {
  const { code, requestId } = failureOf(error)
  const id = code === 'internal' && requestId !== null ? ` (${common.t('error.request', { id: requestId })})` : ''
  return sentenceFor(code) + id
}
