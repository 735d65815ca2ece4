import type { Pool } from 'pg'
import { OPEN_SUGGESTIONS_MAX, SUGGESTION_CHARS } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import type { ChatMessageId, SuggestionId, WorkspaceId } from '#shared/ids.ts'
import { wholeLines } from '#shared/whole-lines.ts'
import { newId } from '#server/platform/tokens.ts'
import { record, requireStill } from '#server/platform/access-in-transaction.ts'
import type { Asking } from '../chat/asking.ts'
import { inTransaction } from '../chat/transaction.ts'
import { hunksOf } from './hunks-of.ts'
import type { Place, SyncPort } from './ports.ts'
import { countOpen, type DocumentRow, insertSuggestion } from './rows.ts'

/** Of one suggestion, both texts together: a review, not an archive. */
const TOTAL_CHARS = 4 * SUGGESTION_CHARS

export interface Edit {
  readonly workspaceId: WorkspaceId
  readonly document: DocumentRow
  /** the text as it was at `seq`, and the stretch of it that is to become `next` */
  readonly text: string
  readonly seq: number
  readonly place: Place
  readonly next: string
  readonly title: string
  readonly source: 'ai' | 'person'
  readonly model: string | null
  readonly messageId: ChatMessageId | null
}

/** Line breaks as documents hold them (T1). */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n')

/** Stores what an edit changes, as hunks of whole lines that follow them from `seq` on. Null: it changes nothing. */
export async function makeSuggestion(
  deps: { readonly pool: Pool; readonly sync: Pick<SyncPort, 'anchorAt'> },
  by: Asking,
  edit: Edit,
): Promise<SuggestionId | null> {
  const { workspaceId, document, text: whole, source } = edit
  const lines = wholeLines(whole, edit.place)
  const base = whole.slice(lines.from, lines.to)
  const next = whole.slice(lines.from, edit.place.from) + edit.next + whole.slice(edit.place.to, lines.to)
  const hunks = hunksOf(base, next)
  if (hunks.length === 0) return null
  const texts = hunks.map(({ from, to, newText }) => ({ baseText: base.slice(from, to), newText }))
  if (texts.reduce((sum, { baseText, newText }) => sum + baseText.length + newText.length, 0) > TOTAL_CHARS)
    throw new AppError('too_large')
  const places = hunks.map(({ from, to }) => ({ from: lines.from + from, to: lines.from + to }))
  const ranges = await deps.sync.anchorAt(document.id, edit.seq, places)
  const id = newId<SuggestionId>()
  await inTransaction(deps.pool, async (tx) => {
    await requireStill(tx, by, source === 'ai' ? 'workspace.ai' : 'workspace.discuss', workspaceId)
    if ((await countOpen(tx, document.id)) >= OPEN_SUGGESTIONS_MAX)
      throw new AppError('too_large', undefined, { details: { limit: OPEN_SUGGESTIONS_MAX } })
    await insertSuggestion(tx, {
      ...edit,
      id,
      requesterId: by.actor.userId,
      hunks: texts.map((text, i) => ({ ...text, ...ranges[i]! })),
    })
    const details = { source, hunks: hunks.length }
    await record(tx, by, { action: 'suggestion.made', workspaceId, targetId: id, details })
  })
  return id
}
