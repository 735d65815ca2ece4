import type { HttpAnswer } from '../support/http.ts'

interface Refusal {
  readonly message?: unknown
  readonly code?: unknown
  readonly data?: { readonly appCode?: unknown; readonly stack?: unknown }
}

/**
 * The status of an answer; with a remark where a refusal has no typed code, no sentence a person understands, or
 * tells of the server's insides.
 */
export function describeAnswer(answer: HttpAnswer): string {
  if (answer.status < 400) return String(answer.status)
  const { code, message } = readRefusal(answer)
  const remarks = [
    ...(typeof code === 'string' && /^[a-z_]+$/.test(code) ? [] : ['without a typed code']),
    ...(typeof message === 'string' && /^[A-Z].+\.$/.test(message) ? [] : ['without a sentence']),
    ...(/node_modules|\.ts:\d+|PrismaClient|"stack"/.test(answer.text) ? ['telling of its insides'] : []),
  ]
  return [answer.status, ...remarks].join(' ')
}

/** The app's code of a refusal, by tRPC or by a plain route. */
export const codeOf = (answer: HttpAnswer): string => String(readRefusal(answer).code)

function readRefusal(answer: HttpAnswer): { code: unknown; message: unknown } {
  let body: unknown
  try {
    body = JSON.parse(answer.text)
  } catch {
    // Not JSON is remarked upon by the caller.
    return { code: undefined, message: undefined }
  }
  const first = Array.isArray(body) ? (body[0] as unknown) : body
  const error = (first as { error?: Refusal } | null)?.error
  return { code: error?.data?.appCode ?? error?.code, message: error?.message }
}
