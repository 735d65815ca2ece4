import { z } from 'zod'
import { isPlainName } from '#shared/names.ts'
import { linkToken } from './id.ts'

export const LOCALES = ['en', 'ko'] as const
export const locale = z.enum(LOCALES)
export type Locale = z.infer<typeof locale>

export const email = z.string().trim().toLowerCase().max(254).pipe(z.email())
/** What is typed is what counts: no trimming, no composition rules; strength is judged by the server. */
export const password = z
  .string()
  .min(1)
  .refine((p) => new TextEncoder().encode(p).length <= 1024)
export const displayName = z.string().trim().min(1).max(80).refine(isPlainName)

const preferenceFields = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'default']),
  fontSize: z.number().int().min(8).max(32),
  tabSize: z.number().int().min(1).max(8),
  wordWrap: z.boolean(),
  minimap: z.boolean(),
  ligatures: z.boolean(),
  announcePeople: z.boolean(),
})
const field = preferenceFields.shape
export const preferences = z.object({
  theme: field.theme.default('system'),
  density: field.density.default('default'),
  fontSize: field.fontSize.default(13),
  tabSize: field.tabSize.default(2),
  wordWrap: field.wordWrap.default(false),
  minimap: field.minimap.default(false),
  ligatures: field.ligatures.default(false),
  announcePeople: field.announcePeople.default(true),
})
export type Preferences = z.infer<typeof preferences>
/** Some of the preferences. Without defaults, or what is left out would be reset rather than kept. */
const preferencesPatch = preferenceFields.partial()

export const setupInput = z.strictObject({ email, password, name: displayName, code: z.string().max(64).optional() })
export const signUpInput = z.strictObject({ email, password, name: displayName, inviteToken: linkToken.optional() })
export const loginInput = z.strictObject({ email: z.string().max(254), password })
export const changePasswordInput = z.strictObject({ current: password.nullable(), next: password })
export const resetPasswordInput = z.strictObject({ token: linkToken, password })
export const updateProfileInput = z.strictObject({
  name: displayName.optional(),
  locale: locale.nullable().optional(),
  preferences: preferencesPatch.optional(),
})

export interface Me {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly color: number
  readonly isPlatformAdmin: boolean
  readonly hasPassword: boolean
  readonly locale: Locale | null
  readonly preferences: Preferences
}

/** Who this browser is, and what the sign-in pages may offer. */
export interface AuthState {
  readonly isSetupDone: boolean
  readonly setupNeedsCode: boolean
  readonly signUp: SignUpMode
  readonly providers: readonly { readonly id: string; readonly name: string }[]
  readonly me: Me | null
  readonly guest: {
    readonly id: string
    readonly name: string
    readonly workspaceId: string
    readonly expiresAt: string
  } | null
}

export const signUpMode = z.enum(['open', 'invite', 'closed'])
export type SignUpMode = z.infer<typeof signUpMode>

export interface SessionInfo {
  readonly id: string
  readonly userAgent: string
  readonly address: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly isCurrent: boolean
}
