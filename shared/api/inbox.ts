import { z } from 'zod'
import { ID_PATTERN } from '#shared/ids.ts'
import { BUDGET_SCOPES } from './ai.ts'

/** So many are kept before a person; older ones are read or no longer matter. */
export const NOTICES_MAX = 100

/** What a notice is about; every sentence is made of it where it is read, in the reader's language. */
export const noticeFacts = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('budget'),
    /** `nearly`: four fifths are used; `spent`: calls are refused. */
    state: z.enum(['nearly', 'spent']),
    scope: z.enum(BUDGET_SCOPES),
    /** of an API key; null for the other scopes */
    keyName: z.string().nullable(),
    period: z.enum(['day', 'month']),
    startsAt: z.iso.datetime(),
    beginsAnewAt: z.iso.datetime(),
    /** of the limit, when it was told; 1 and more: nothing is left */
    usedShare: z.number(),
  }),
])
export type NoticeFacts = z.infer<typeof noticeFacts>

export interface NoticeInfo {
  readonly id: string
  /** ISO 8601 */
  readonly at: string
  readonly isRead: boolean
  /** null: of no workspace */
  readonly workspace: { readonly id: string; readonly name: string } | null
  readonly facts: NoticeFacts
}

export interface Inbox {
  /** the newest first */
  readonly notices: readonly NoticeInfo[]
}

export const readNoticesInput = z.strictObject({
  ids: z.array(z.string().regex(ID_PATTERN)).min(1).max(NOTICES_MAX),
})
