import { z } from 'zod'
import { type ChatMessageId, type ChatSessionId, ID_PATTERN, type SuggestionId } from '#shared/ids.ts'
import { path } from './files.ts'
import { documentId, workspaceId } from './id.ts'

/**
 * Suggestions: edits of one document that somebody, or AI for somebody, proposes as hunks, and that editors accept or
 * reject one by one. The server alone decides and writes; a browser never applies a hunk itself.
 *
 * How a browser uses them (`trpc.suggestions.*`):
 * - `list({ workspaceId })` → `{ suggestions: SuggestionSummary[], asks }`, for a panel; `ofDocument({ workspaceId,
 *   documentId })` → `{ suggestions: SuggestionInfo[], asks }`, with texts. Both newest first: what has an open hunk, and
 *   what was decided in the last day; `isAll` adds older ones. `read({ workspaceId, suggestionId })` → a `SuggestionInfo`.
 * - Where a hunk stands now: `decodeRelativePosition` of both anchors (base64) in one's own Y.Doc, from the smaller
 *   index to the larger, then `wholeLines` (shared/whole-lines.ts). While what stands there is `baseText` (of accepted
 *   hunks `newText`), the hunk fits; else it is in conflict. `isConflict`, `fromLine`, `before` and `after` say the same at the server, for pages without a Y.Doc.
 * - `propose`: the text between two anchors is to become `newText`; the server finds the hunks. Whoever may discuss may
 *   propose, viewers too. Two equal texts are `bad_request`; where `baseText` does not stand there, `conflict`.
 * - `ask`: AI rewrites what stands between the anchors (nothing given: the whole file) by an instruction. Pending until
 *   AI has finished; abort the request to cancel, or anyone who may use AI calls `stopAsk`. Meanwhile the requester's
 *   tabs get `suggestion.text` (what AI writes, from `offset` on) and everyone inside `suggestion.working`.
 * - `applyCode`: a code block of an answer in a chat goes to a file as a suggestion. `place_needed`: no place in the file
 *   resembles the code; ask where, and send `place`.
 * - `accept`, `reject`: the given hunks, or all open ones. Hunks that others decided first are left as they are, so look
 *   at `changed`. `accept` with one hunk in conflict applies nothing and tells all three texts; then `resolve` puts a
 *   text in the place of what the person saw (`current`), and answers conflict again where that has changed too.
 * - `undo`: an inverse edit of the given accepted hunks, or of all that this person accepted in the suggestion, as one;
 *   conflict, and nothing undone, where somebody changed one of them since. `withdraw`: the proposer's own.
 * - Live: `suggestion.changed` names what to fetch again; everyone inside the workspace gets it. It bears no text.
 */
const id = <T extends string>() => z.string().regex(ID_PATTERN) as unknown as z.ZodType<T, string>
export const suggestionId = id<SuggestionId>()
/** Chosen by the browser, so that it knows its own progress events. */
const askId = z.string().regex(ID_PATTERN)

/** Longer texts are for an editor, not for a review. */
export const SUGGESTION_CHARS = 60_000
/** What differs in more places is told in larger hunks. */
export const HUNKS_MAX = 200
export const INSTRUCTION_CHARS = 4_000
export const SUGGESTION_TITLE_CHARS = 200
/** Of one document, with something open. */
export const OPEN_SUGGESTIONS_MAX = 50

const isText = (value: string): boolean => value.isWellFormed() && !value.includes('\0')
const text = z.string().max(SUGGESTION_CHARS).refine(isText)
const title = z
  .string()
  .trim()
  .max(SUGGESTION_TITLE_CHARS)
  .refine((value) => value.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(value))

/** A Yjs relative position in base64, as `encodeRelativePosition` makes it. */
const anchor = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
/** `start` made with assoc 0, `end` with assoc -1: together they track the range exactly. */
export const anchoredRange = z.strictObject({ start: anchor, end: anchor })
export type AnchoredRange = z.infer<typeof anchoredRange>

export const listSuggestionsInput = z.strictObject({ workspaceId, isAll: z.boolean().default(false) })
export const ofDocumentInput = z.strictObject({ workspaceId, documentId, isAll: z.boolean().default(false) })
export const bySuggestion = z.strictObject({ workspaceId, suggestionId })
export const proposeInput = z.strictObject({
  workspaceId,
  documentId,
  title: title.default(''),
  range: anchoredRange,
  baseText: text,
  newText: text,
})
export const askInput = z.strictObject({
  workspaceId,
  documentId,
  askId,
  instruction: z
    .string()
    .max(INSTRUCTION_CHARS)
    .refine((value) => value.trim() !== '' && isText(value)),
  range: anchoredRange.exactOptional(),
  model: z.string().max(200).exactOptional(),
})
export const stopAskInput = z.strictObject({ workspaceId, askId })
export const applyInput = z.strictObject({
  workspaceId,
  chatId: id<ChatSessionId>(),
  messageId: id<ChatMessageId>(),
  /** the block's code, as it stands in the answer */
  code: text.min(1),
  path,
  place: z
    .discriminatedUnion('type', [
      /** where the file resembles the code */
      z.strictObject({ type: z.literal('auto') }),
      /** in the place of all the file holds */
      z.strictObject({ type: z.literal('whole') }),
      z.strictObject({ type: z.literal('range'), range: anchoredRange }),
    ])
    .default({ type: 'auto' }),
})

const position = z.number().int().min(0).max(HUNKS_MAX)
/** Without `positions` all hunks that the verb concerns. */
export const decideInput = z.strictObject({
  workspaceId,
  suggestionId,
  positions: z.array(position).min(1).max(HUNKS_MAX).exactOptional(),
})
export const resolveInput = z.strictObject({
  workspaceId,
  suggestionId,
  position,
  /** what the person saw there */
  current: text,
  /** what is to stand there */
  text,
})

export interface SuggestionPerson {
  readonly id: string
  readonly name: string
  readonly color: number
}

export const HUNK_STATUSES = ['open', 'accepted', 'rejected', 'undone'] as const
export type HunkStatus = (typeof HUNK_STATUSES)[number]

export interface HunkInfo extends AnchoredRange {
  readonly position: number
  readonly status: HunkStatus
  /** open: its text has changed, or its place is gone, so accepting asks first. accepted: so that it cannot be undone. */
  readonly isConflict: boolean
  readonly baseText: string
  readonly newText: string
  /** the line where it stands now, from 1; null where its place is gone */
  readonly fromLine: number | null
  /** up to three lines around it, as they are now */
  readonly before: string
  readonly after: string
  readonly decidedBy: SuggestionPerson | null
  readonly decidedAt: string | null
}

interface SuggestionHead {
  readonly id: string
  readonly documentId: string
  readonly path: string
  /** '' where nobody gave one */
  readonly title: string
  /** `ai`: AI is the author, and `requester` who asked it. */
  readonly source: 'ai' | 'person'
  /** null: the account is gone */
  readonly requester: SuggestionPerson | null
  readonly model: string | null
  /** the answer in a chat that it comes from */
  readonly messageId: string | null
  readonly createdAt: string
}

export interface SuggestionSummary extends SuggestionHead {
  /** hunks by status */
  readonly counts: Readonly<Record<HunkStatus, number>>
}

export interface SuggestionInfo extends SuggestionHead {
  readonly hunks: readonly HunkInfo[]
}

/** AI at work on a document: shown like a cursor of its own where the range is. */
export interface AskInfo {
  readonly askId: string
  readonly documentId: string
  readonly requester: SuggestionPerson
  /** null: the whole file */
  readonly range: AnchoredRange | null
}

/** The three texts of a hunk that does not fit: what it was made for, what is there, what it wants there. */
export interface HunkConflict {
  readonly position: number
  readonly base: string
  /** null: the place is gone */
  readonly current: string | null
  readonly proposed: string
}

export type DecideResult =
  | { readonly status: 'done'; readonly changed: readonly number[]; readonly suggestion: SuggestionInfo }
  | { readonly status: 'conflict'; readonly conflicts: readonly HunkConflict[]; readonly suggestion: SuggestionInfo }

export type AskResult =
  | { readonly status: 'suggested'; readonly suggestion: SuggestionInfo }
  /** AI would change nothing */
  | { readonly status: 'unchanged' }
  /** No model is shown this file. */
  | { readonly status: 'not_offered'; readonly reason: 'secret_file' }

export type ApplyResult =
  | Exclude<AskResult, { readonly status: 'not_offered' }>
  /** Nothing in the file resembles the code, or two places do. */
  | { readonly status: 'place_needed' }

/** The author of what AI wrote, in the log's user ids and the owners of client ids: AI, for this person. */
export const aiAuthorId = (requesterId: string): string => `ai:${requesterId}`
/** The person whom AI wrote for; null where the author is none of AI's. */
export const aiRequesterOf = (authorId: string): string | null =>
  authorId.startsWith('ai:') ? authorId.slice('ai:'.length) : null
