import { z } from 'zod'
import { signUpMode } from './auth.ts'
import { userId } from './id.ts'

export const peopleInput = z.strictObject({
  search: z.string().trim().max(100).default(''),
  cursor: z.string().max(64).optional(),
  limit: z.number().int().min(1).max(200).default(50),
})
export const personInput = z.strictObject({ userId })
export const setPlatformRoleInput = z.strictObject({ userId, role: z.enum(['admin', 'user']) })
export const setSuspendedInput = z.strictObject({ userId, isSuspended: z.boolean() })
export const adminWorkspacesInput = peopleInput
export const settingsInput = z.strictObject({ signUp: signUpMode })

export interface PersonRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly color: number
  readonly role: 'admin' | 'user'
  readonly isSuspended: boolean
  readonly createdAt: string
  readonly lastSeenAt: string | null
  readonly sessionCount: number
  readonly workspaceCount: number
  readonly isMe: boolean
}

export interface AdminWorkspaceRow {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly memberCount: number
  readonly peopleInside: number
  readonly documentCount: number
  readonly createdAt: string
  readonly lastEditAt: string | null
  readonly isDeleted: boolean
}

export interface PlatformSettings {
  readonly signUp: 'open' | 'invite' | 'closed'
}
