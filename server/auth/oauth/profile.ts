import { displayName, email as emailSchema } from '#shared/api/auth.ts'

/** What a provider says of a person. `email` only where the provider vouches for it. */
export interface OAuthProfile {
  readonly providerUserId: string
  readonly email: string | null
  readonly name: string
}

/** A profile made of whatever the provider sent: invisible characters dropped, lengths cut. */
export function toProfile(raw: { id: string; email: string | null; name: string | null }): OAuthProfile {
  const email = raw.email === null ? null : (emailSchema.safeParse(raw.email).data ?? null)
  const visible = (raw.name ?? '')
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .slice(0, 80)
  const name = displayName.safeParse(visible).data ?? email?.split('@')[0]?.slice(0, 80) ?? 'Someone'
  return { providerUserId: raw.id, email, name }
}
