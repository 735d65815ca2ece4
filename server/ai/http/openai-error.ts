import type { ServerResponse } from 'node:http'
import { type ErrorCode, ERRORS } from '#shared/errors.ts'
import { sendJson } from '#server/platform/http.ts'

type Details = Readonly<Record<string, string | number | boolean>>

/** An error as OpenAI's clients read it: our own sentence, never a word of an upstream. */
export const openAiError = (code: ErrorCode, requestId: string, details: Details = {}) => ({
  error: {
    message: ERRORS[code].en,
    type: typeOf(code),
    param: typeof details['param'] === 'string' ? details['param'] : null,
    code:
      code === 'ai_model_unknown' ? 'model_not_found' : code === 'ai_budget_exhausted' ? 'insufficient_quota' : code,
    request_id: requestId,
  },
})

function typeOf(code: ErrorCode): string {
  if (code === 'ai_budget_exhausted') return 'insufficient_quota'
  switch (ERRORS[code].http) {
    case 401:
      return 'authentication_error'
    case 403:
      return 'permission_error'
    case 404:
      return 'not_found_error'
    case 429:
      return 'rate_limit_error'
    case 499:
    case 500:
    case 502:
    case 503:
    case 504:
      return 'server_error'
    default:
      return 'invalid_request_error'
  }
}

/** Answers with an error; cuts the connection where an answer was already begun. */
export function sendOpenAiError(res: ServerResponse, code: ErrorCode, requestId: string, details: Details = {}): void {
  if (res.headersSent) return void res.destroy()
  // The gateway has tried again already where that helps: a client that does so too would triple the load.
  if (code.startsWith('ai_')) res.setHeader('x-should-retry', 'false')
  sendJson(res, ERRORS[code].http, openAiError(code, requestId, details))
}
