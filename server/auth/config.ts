/** A provider that speaks OpenID Connect, found by its discovery document. */
export interface OidcConfig {
  /** part of the callback's address: lower-case letters, digits and hyphens */
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface GitHubConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** Where a GitHub Enterprise server is; github.com without. */
  readonly baseUrl?: string
}

export interface GoogleConfig {
  readonly clientId: string
  readonly clientSecret: string
  readonly issuer?: string
}

export interface AuthConfig {
  /** What people type to reach this server; links and callbacks start with it. */
  readonly publicUrl: string
  readonly isHttps: boolean
  readonly isLoopback: boolean
  /** What `/setup` asks for, printed on the console; null where only this computer reaches the server. */
  readonly setupCode: string | null
  readonly oauth: { readonly github?: GitHubConfig; readonly google?: GoogleConfig; readonly oidc?: OidcConfig }
  /** Signs the short-lived cookie of an OAuth flow. */
  readonly secret: string
  /** Sign-ins and sign-ups from one address; 60 without. */
  readonly triesPerMinuteByAddress?: number
}
