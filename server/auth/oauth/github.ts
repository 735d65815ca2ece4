import { CodeChallengeMethod, OAuth2Client } from 'arctic'
import { z } from 'zod'
import type { GitHubConfig } from '../config.ts'
import { toProfile } from './profile.ts'
import { fetchJson, type OAuthProvider, withDeadline } from './provider.ts'

const account = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullish() })
const addresses = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** GitHub, or a GitHub Enterprise server. It speaks OAuth but not OpenID Connect: the profile comes from its API. */
export function createGitHubProvider(config: GitHubConfig, callback: string, fetchFrom: typeof fetch): OAuthProvider {
  const client = new OAuth2Client(config.clientId, config.clientSecret, callback)
  const base = (config.baseUrl ?? 'https://github.com').replace(/\/+$/, '')
  const api = config.baseUrl === undefined ? 'https://api.github.com' : `${base}/api/v3`
  return {
    id: 'github',
    name: 'GitHub',
    authorizationUrl: (state, codeVerifier) =>
      Promise.resolve(
        client.createAuthorizationURLWithPKCE(
          `${base}/login/oauth/authorize`,
          state,
          CodeChallengeMethod.S256,
          codeVerifier,
          ['read:user', 'user:email'],
        ),
      ),
    async readProfile(code, codeVerifier) {
      const tokens = await withDeadline(
        client.validateAuthorizationCode(`${base}/login/oauth/access_token`, code, codeVerifier),
      )
      const accessToken = tokens.accessToken()
      const [user, emails] = await Promise.all([
        fetchJson(fetchFrom, `${api}/user`, accessToken).then((body) => account.parse(body)),
        fetchJson(fetchFrom, `${api}/user/emails`, accessToken).then((body) => addresses.parse(body)),
      ])
      const primary = emails.find((address) => address.primary && address.verified)
      return toProfile({ id: String(user.id), email: primary?.email ?? null, name: user.name ?? user.login })
    },
  }
}
