import { CodeChallengeMethod, decodeIdToken, OAuth2Client } from 'arctic'
import { z } from 'zod'
import type { OidcConfig } from '../config.ts'
import { toProfile } from './profile.ts'
import { fetchJson, type OAuthProvider, withDeadline } from './provider.ts'

const DISCOVERY_LIFETIME_MS = 3_600_000

const endpoint = z.url().refine((url) => isSafeEndpoint(new URL(url)))
const discoveryDocument = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  userinfo_endpoint: endpoint,
})
type Discovery = z.infer<typeof discoveryDocument>

const idTokenClaims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().min(1).max(255),
  exp: z.number(),
})
const userInfo = z.object({
  sub: z.string(),
  email: z.string().nullish(),
  // Some providers send the word.
  email_verified: z.union([z.boolean(), z.stringbool()]).nullish(),
  name: z.string().nullish(),
  preferred_username: z.string().nullish(),
})

/** Plain http only to this very computer, for a provider that runs beside the server. */
const isSafeEndpoint = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))

/** Any OpenID Connect provider, by its discovery document (OpenID Connect Discovery 1.0). */
export function createOidcProvider(
  config: OidcConfig,
  callback: string,
  fetchFrom: typeof fetch,
  now: () => number = Date.now,
): OAuthProvider {
  const client = new OAuth2Client(config.clientId, config.clientSecret, callback)
  let known: { discovery: Discovery; at: number } | null = null

  async function discover(): Promise<Discovery> {
    if (known && now() - known.at < DISCOVERY_LIFETIME_MS) return known.discovery
    const url = `${config.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
    const discovery = discoveryDocument.parse(await fetchJson(fetchFrom, url))
    // Or one provider could pass for another.
    if (discovery.issuer !== config.issuer) throw new Error('the discovery document names another issuer')
    known = { discovery, at: now() }
    return discovery
  }

  return {
    id: config.id,
    name: config.name,
    async authorizationUrl(state, codeVerifier) {
      const { authorization_endpoint } = await discover()
      const scopes = ['openid', 'email', 'profile']
      return client.createAuthorizationURLWithPKCE(
        authorization_endpoint,
        state,
        CodeChallengeMethod.S256,
        codeVerifier,
        scopes,
      )
    },
    async readProfile(code, codeVerifier) {
      const { issuer, token_endpoint, userinfo_endpoint } = await discover()
      const tokens = await withDeadline(client.validateAuthorizationCode(token_endpoint, code, codeVerifier))
      // It came straight from the token endpoint, so TLS vouches for it (OpenID Connect Core 3.1.3.7); claims are checked.
      const claims = idTokenClaims.parse(decodeIdToken(tokens.idToken()))
      const isForUs = claims.iss === issuer && [claims.aud].flat().includes(config.clientId)
      if (!isForUs || claims.exp * 1000 <= now()) throw new Error('the ID token is not for this server, or has expired')
      const info = userInfo.parse(await fetchJson(fetchFrom, userinfo_endpoint, tokens.accessToken()))
      if (info.sub !== claims.sub) throw new Error('the profile is of someone else')
      const email = info.email_verified === true ? (info.email ?? null) : null
      return toProfile({ id: claims.sub, email, name: info.name ?? info.preferred_username ?? null })
    },
  }
}
