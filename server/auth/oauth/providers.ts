import type { AuthConfig } from '../config.ts'
import { createGitHubProvider } from './github.ts'
import { createOidcProvider } from './oidc.ts'
import type { OAuthProvider } from './provider.ts'

/** The providers that are configured. Google is an OpenID Connect provider whose issuer is known. */
export function createOAuthProviders(config: AuthConfig, fetchFrom: typeof fetch): readonly OAuthProvider[] {
  const { github, google, oidc } = config.oauth
  const callback = (id: string) => `${config.publicUrl.replace(/\/+$/, '')}/auth/oauth/${id}/callback`
  const providers: OAuthProvider[] = []
  if (github) providers.push(createGitHubProvider(github, callback('github'), fetchFrom))
  if (google) {
    const asOidc = { issuer: 'https://accounts.google.com', ...google, id: 'google', name: 'Google' }
    providers.push(createOidcProvider(asOidc, callback('google'), fetchFrom))
  }
  if (oidc) providers.push(createOidcProvider(oidc, callback(oidc.id), fetchFrom))
  return providers
}
