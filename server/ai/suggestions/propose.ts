import type { z } from 'zod'
import type { proposeInput, AnchoredRange } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import type { SuggestionId } from '#shared/ids.ts'
import type { Pool } from 'pg'
import type { Asking } from '../chat/asking.ts'
import { makeSuggestion, withLineFeeds } from './make.ts'
import type { SyncPort, TextRange } from './ports.ts'
import { requireDocument } from './rows.ts'

export const rangeOf = ({ start, end }: AnchoredRange): TextRange => ({
  start: Buffer.from(start, 'base64'),
  end: Buffer.from(end, 'base64'),
})

/** A person proposes another text for a stretch of a document. Throws `conflict` where the old one does not stand there. */
export async function propose(
  deps: { readonly pool: Pool; readonly sync: SyncPort },
  by: Asking,
  input: z.output<typeof proposeInput>,
): Promise<SuggestionId> {
  const { workspaceId, title } = input
  const document = await requireDocument(deps.pool, workspaceId, input.documentId)
  const { text, seq, places } = await deps.sync.locate(document.id, [rangeOf(input.range)])
  const place = places[0] ?? null
  const base = withLineFeeds(input.baseText)
  if (place === null || text.slice(place.from, place.to) !== base) throw new AppError('conflict')
  const next = withLineFeeds(input.newText)
  const edit = { workspaceId, document, text, seq, place, next, title, model: null, messageId: null }
  const id = await makeSuggestion(deps, by, { ...edit, source: 'person' })
  if (id === null) throw new AppError('bad_request')
  return id
}
