import type { AuthConfig } from '#server/auth/config.ts'
import type { Env } from '#server/env.ts'

/** The part of the environment that accounts need; a provider is offered where both its halves are set. */
export function authConfig(
  env: Env,
  facts: { publicUrl: string; secret: string; setupCode: string | null },
): AuthConfig {
  return {
    publicUrl: facts.publicUrl,
    isHttps: facts.publicUrl.startsWith('https:'),
    isLoopback: env.isLoopback,
    setupCode: facts.setupCode,
    secret: facts.secret,
    oauth: {
      ...(env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_SECRET
        ? { github: { clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET } }
        : {}),
      ...(env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET
        ? { google: { clientId: env.GOOGLE_CLIENT_ID, clientSecret: env.GOOGLE_CLIENT_SECRET } }
        : {}),
      ...(env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET
        ? {
            oidc: {
              id: 'oidc',
              name: env.OIDC_NAME ?? 'OpenID Connect',
              issuer: env.OIDC_ISSUER,
              clientId: env.OIDC_CLIENT_ID,
              clientSecret: env.OIDC_CLIENT_SECRET,
            },
          }
        : {}),
    },
  }
}
