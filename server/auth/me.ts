import type { User } from '#prisma/generated/client.ts'
import { locale, type Me, preferences } from '#shared/api/auth.ts'

/** An account as its owner sees it. Preferences of an older version fall back to today's defaults. */
export const toMe = (user: User): Me => ({
  id: user.id,
  email: user.email,
  name: user.name,
  color: user.color,
  isPlatformAdmin: user.platformRole === 'admin',
  hasPassword: user.passwordHash !== null,
  locale: locale.nullable().catch(null).parse(user.locale),
  preferences: preferences.catch(preferences.parse({})).parse(user.preferences),
})
