import type { Preferences } from '#shared/api/auth.ts'
import { api } from './api.ts'
import { patchMe, useAuthState } from './session.ts'
import { setTheme, storedTheme } from './theme.ts'

/** Guests have no account to keep preferences in; this is what they see. */
const DEFAULTS: Preferences = {
  theme: 'system',
  density: 'default',
  fontSize: 13,
  tabSize: 2,
  wordWrap: false,
  minimap: false,
  ligatures: false,
  announcePeople: true,
}

/** The account's preferences; the theme of this device where nobody is signed in. */
export function usePreferences(): Preferences {
  const me = useAuthState()?.me
  return me?.preferences ?? { ...DEFAULTS, theme: storedTheme() }
}

/** Changes preferences at once on the page and keeps them in the account. */
export async function updatePreferences(patch: Partial<Preferences>): Promise<void> {
  if (patch.theme !== undefined) setTheme(patch.theme)
  patchMe({ preferences: patch })
  await api.auth.updateProfile.mutate({ preferences: patch })
}
