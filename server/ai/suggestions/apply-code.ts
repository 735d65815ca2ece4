import type { Pool } from 'pg'
import type { z } from 'zod'
import type { applyInput } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import type { Asking } from '../chat/asking.ts'
import { requireChat } from '../chat/chat-rows.ts'
import type { AskOutcome } from './asks.ts'
import { makeSuggestion, withLineFeeds } from './make.ts'
import type { Place } from './ports.ts'
import { placeCode } from './place-code.ts'
import { rangeOf } from './propose.ts'
import { requireDocument } from './rows.ts'
import type { SuggestionDeps } from './suggestions.ts'

type Input = z.output<typeof applyInput>
type Outcome = Exclude<AskOutcome, { status: 'not_offered' }> | { readonly status: 'place_needed' }

/** A code block of an answer becomes a suggestion for a file, by AI for who applies it; nothing is written yet. */
export async function applyCode(deps: SuggestionDeps, by: Asking, input: Input): Promise<Outcome> {
  const { workspaceId, messageId, place } = input
  const code = withLineFeeds(input.code)
  const answer = await requireAnswer(deps.pool, by, input)
  // Or anything could be put under AI's name.
  if (!unindented(answer.text).includes(unindented(code).trim())) throw new AppError('bad_request')
  const { documentId } = await deps.openDocument(workspaceId, input.path)
  const document = await requireDocument(deps.pool, workspaceId, documentId)
  const { text, seq, places } = await deps.sync.locate(
    document.id,
    place.type === 'range' ? [rangeOf(place.range)] : [],
  )
  const edit = editOf(place, text, places[0] ?? null, code)
  if (edit === null) return { status: 'place_needed' }
  const { model } = answer
  const common = { workspaceId, document, text, seq, title: '', source: 'ai', model, messageId } as const
  const suggestionId = await makeSuggestion(deps, by, { ...common, ...edit })
  return suggestionId === null ? { status: 'unchanged' } : { status: 'suggested', suggestionId }
}

function editOf(
  place: Input['place'],
  text: string,
  range: Place | null,
  code: string,
): { readonly place: Place; readonly next: string } | null {
  const whole = { from: 0, to: text.length }
  const ended = code.endsWith('\n') ? code : `${code}\n`
  switch (place.type) {
    case 'whole':
      return { place: whole, next: ended }
    case 'range': {
      if (range === null) throw new AppError('conflict')
      const base = text.slice(range.from, range.to)
      // A stretch within a line stays within it; whole lines stay whole lines.
      const isWithinLine = base !== '' && !base.endsWith('\n')
      return { place: range, next: isWithinLine ? code.replace(/\n+$/, '') : ended }
    }
    case 'auto': {
      const next = placeCode(text, code)
      return next === null ? null : { place: whole, next }
    }
  }
}

/** Lists and quotes indent a block; what is shown of it is not. */
const unindented = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/^[\s>]+/, ''))
    .join('\n')

/** An answer in a chat that this person may read. */
async function requireAnswer(
  db: Pool,
  by: Asking,
  { workspaceId, chatId, messageId }: Input,
): Promise<{ readonly text: string; readonly model: string | null }> {
  await requireChat(db, { userId: by.actor.userId, workspaceId }, chatId)
  const { rows } = await db.query<{ text: string; model: string | null }>(
    `select m.text, r.model from chat_message m left join ai_run r on r.id = m.run_id
      where m.id = $1 and m.session_id = $2 and m.kind = 'answer'`,
    [messageId, chatId],
  )
  if (!rows[0]) throw new AppError('not_found')
  return rows[0]
}
