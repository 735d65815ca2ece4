import type { OAuthProfile } from './profile.ts'

/** A place that knows people: where to send a browser, and what came back. Failures throw; the caller maps them. */
export interface OAuthProvider {
  /** part of the callback's address */
  readonly id: string
  readonly name: string
  authorizationUrl(state: string, codeVerifier: string): Promise<URL>
  /** Trades the code of a callback for the person's profile. */
  readProfile(code: string, codeVerifier: string): Promise<OAuthProfile>
}

/** How long one request to a provider may take. */
export const PROVIDER_TIMEOUT_MS = 10_000

/** Rejects when `work` takes longer than a provider may; arctic's own request has no deadline. */
export async function withDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('the provider did not answer in time')), PROVIDER_TIMEOUT_MS)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Reads JSON with the given bearer token; anything but 200 throws. */
export async function fetchJson(fetchFrom: typeof fetch, url: string, accessToken?: string): Promise<unknown> {
  const response = await fetchFrom(url, {
    headers: {
      accept: 'application/json',
      'user-agent': 'pairloom',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(PROVIDER_TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`)
  return response.json()
}
