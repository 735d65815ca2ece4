import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { formatCookie } from '#server/platform/cookies.ts'
import { isSameSecret } from '#server/platform/tokens.ts'

const LIFETIME_SECONDS = 600

const flow = z.strictObject({
  providerId: z.string(),
  state: z.string(),
  codeVerifier: z.string(),
  next: z.string(),
  inviteToken: z.string().nullable(),
  /** The signed-in person who asked to add this provider to their account. */
  linkTo: z.string().nullable(),
  expiresAt: z.number(),
})
/** What a browser carries from the start of a flow to its callback. */
export type OAuthFlow = z.infer<typeof flow>

export interface FlowCookies {
  readonly clearing: string
  write(started: Omit<OAuthFlow, 'expiresAt'>): string
  /** The flow of this browser; null where there is none, it ran out, or someone else wrote it. */
  read(cookies: ReadonlyMap<string, string>): OAuthFlow | null
}

/** Signed, short-lived and unreadable for scripts. Lax, so that the provider's redirect brings it along. */
export function createFlowCookies(options: { secret: string; isHttps: boolean; now: () => number }): FlowCookies {
  const { secret, isHttps, now } = options
  const name = isHttps ? '__Host-pairloom-oauth' : 'pairloom-oauth'
  const sign = (payload: string) => createHmac('sha256', secret).update(`oauth-flow:${payload}`).digest('base64url')
  const format = (value: string, maxAgeSeconds: number) => formatCookie({ name, value, maxAgeSeconds, isHttps })
  return {
    clearing: format('', 0),
    write(started) {
      const whole: OAuthFlow = { ...started, expiresAt: now() + LIFETIME_SECONDS * 1000 }
      const payload = Buffer.from(JSON.stringify(whole)).toString('base64url')
      return format(`${payload}.${sign(payload)}`, LIFETIME_SECONDS)
    },
    read(cookies) {
      const [payload = '', signature = ''] = cookies.get(name)?.split('.') ?? []
      if (payload === '' || !isSameSecret(signature, sign(payload))) return null
      const read = flow.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
      return read.expiresAt > now() ? read : null
    },
  }
}
