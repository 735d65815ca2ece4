import type { IncomingMessage } from 'node:http'
import type { Failure } from './failure.ts'

const MAX_BYTES = 16 << 10

/**
 * Why an upstream said no. Its body is looked at for what tells a wrong key and an unknown model from a bad request,
 * and goes no further: it may hold the prompt.
 */
export async function readRefusal(response: IncomingMessage): Promise<Failure> {
  const status = response.statusCode ?? 500
  let body = ''
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      body += chunk.toString('latin1')
      if (body.length > MAX_BYTES) break
    }
  } catch {
    // The status alone says enough.
  }
  return { type: 'status', status, retryAfterMs: retryAfter(response), reason: reasonOf(status, body) }
}

/** Seconds; LiteLLM hides its upstream's behind a prefix. Dates are not used by any provider. */
function retryAfter({ headers }: IncomingMessage): number | null {
  const value = headers['retry-after'] ?? headers['llm_provider-retry-after']
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  return seconds >= 0 ? Math.min(seconds, 60) * 1000 : null
}

/** LiteLLM: a wrong key is 400 `no_db_connection`, an unknown model 400 with "Invalid model name". */
function reasonOf(status: number, body: string): 'key' | 'model' | null {
  if (status === 401 || status === 403) return 'key'
  if (status === 404) return 'model'
  if (status !== 400) return null
  if (/no_db_connection|invalid_api_key|Authentication Error/i.test(body)) return 'key'
  return /Invalid model name|model_not_found|does not exist/i.test(body) ? 'model' : null
}
