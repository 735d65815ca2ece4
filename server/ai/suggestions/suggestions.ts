import type { Pool } from 'pg'
import type { z } from 'zod'
import type {
  applyInput,
  ApplyResult,
  AskInfo,
  askInput,
  AskResult,
  DecideResult,
  proposeInput,
  SuggestionInfo,
  SuggestionSummary,
} from '#shared/api/suggestions.ts'
import type { DocumentId, SuggestionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { Asking } from '../chat/asking.ts'
import type { Gateway } from '../gateway/types.ts'
import { applyCode } from './apply-code.ts'
import { type AskOutcome, createAsks } from './asks.ts'
import { accept, type Choice, type Decision, reject, resolve, undo, withdraw } from './decide.ts'
import { describeSuggestions, headOf } from './describe.ts'
import type { SyncPort } from './ports.ts'
import { propose } from './propose.ts'
import { createSuggestionsRouter } from './router.ts'
import { createSharedReads } from './shared-reads.ts'
import { countHunks, listSuggestions, requireDocument, requireSuggestion } from './rows.ts'

type Payload<E extends keyof ServerEvents> = Parameters<ServerEvents[E]>[0]

export interface SuggestionDeps {
  readonly pool: Pool
  readonly sync: SyncPort
  /** The document of a file, seeded. Throws what opening a file throws. */
  openDocument(workspaceId: WorkspaceId, path: string): Promise<{ readonly documentId: DocumentId }>
  broadcast<E extends 'suggestion.changed' | 'suggestion.working'>(
    workspaceId: WorkspaceId,
    event: E,
    payload: Payload<E>,
  ): void
  toUser(userId: UserId, event: 'suggestion.text', payload: Payload<'suggestion.text'>): void
}

export interface SuggestionsOptions extends SuggestionDeps {
  readonly gateway: Pick<Gateway, 'stream'>
  readonly now: () => number
}

export interface List<T> {
  readonly suggestions: readonly T[]
  readonly asks: readonly AskInfo[]
}

export interface Suggestions {
  list(input: { workspaceId: WorkspaceId; isAll: boolean }): Promise<List<SuggestionSummary>>
  ofDocument(input: { workspaceId: WorkspaceId; documentId: DocumentId; isAll: boolean }): Promise<List<SuggestionInfo>>
  read(workspaceId: WorkspaceId, id: SuggestionId): Promise<SuggestionInfo>
  propose(by: Asking, input: z.output<typeof proposeInput>): Promise<SuggestionInfo>
  withdraw(by: Asking, input: Omit<Choice, 'positions'>): Promise<SuggestionInfo>
  ask(by: Asking, input: z.output<typeof askInput>, signal: AbortSignal): Promise<AskResult>
  stopAsk(workspaceId: WorkspaceId, askId: string): void
  applyCode(by: Asking, input: z.output<typeof applyInput>): Promise<ApplyResult>
  accept(by: Asking, choice: Choice): Promise<DecideResult>
  resolve(by: Asking, input: Parameters<typeof resolve>[2]): Promise<DecideResult>
  reject(by: Asking, choice: Choice): Promise<DecideResult>
  undo(by: Asking, choice: Choice): Promise<DecideResult>
}

/** Edits that people and AI propose, and what becomes of them. */
export function createSuggestions(options: SuggestionsOptions) {
  const { pool, sync } = options
  const asks = createAsks(options)
  const shared = createSharedReads<SuggestionInfo[]>()

  const read = async (workspaceId: WorkspaceId, id: SuggestionId): Promise<SuggestionInfo> => {
    const [info] = await describeSuggestions(pool, sync, [await requireSuggestion(pool, workspaceId, id)])
    return info as SuggestionInfo
  }

  /** Tells everyone inside, and answers with the suggestion as it now is. */
  const changed = async (workspaceId: WorkspaceId, suggestionId: SuggestionId): Promise<SuggestionInfo> => {
    const suggestion = await read(workspaceId, suggestionId)
    const documentId = suggestion.documentId as DocumentId
    options.broadcast(workspaceId, 'suggestion.changed', { workspaceId, documentId, suggestionId })
    return suggestion
  }

  const made = async <T extends AskOutcome | { readonly status: 'place_needed' }>(workspaceId: WorkspaceId, it: T) =>
    it.status === 'suggested'
      ? { status: 'suggested' as const, suggestion: await changed(workspaceId, it.suggestionId) }
      : (it as Exclude<T, { status: 'suggested' }>)

  const decided = async (choice: Omit<Choice, 'positions'>, decision: Decision): Promise<DecideResult> => {
    const isChange = decision.status === 'done' && decision.changed.length > 0
    const suggestion = await (isChange ? changed : read)(choice.workspaceId, choice.suggestionId)
    return { ...decision, suggestion }
  }

  const suggestions: Suggestions = {
    async list({ workspaceId, isAll }) {
      const rows = await listSuggestions(pool, { workspaceId, documentId: null, isAll })
      const counts = await countHunks(
        pool,
        rows.map(({ id }) => id),
      )
      const summaries = rows.map((row) => ({ ...headOf(row), counts: counts.get(row.id)! }))
      return { suggestions: summaries, asks: asks.of(workspaceId) }
    },
    async ofDocument({ workspaceId, documentId, isAll }) {
      await requireDocument(pool, workspaceId, documentId)
      const suggestions = await shared(`${documentId} ${isAll}`, async () =>
        describeSuggestions(pool, sync, await listSuggestions(pool, { workspaceId, documentId, isAll })),
      )
      return { suggestions, asks: asks.of(workspaceId, documentId) }
    },
    read,
    propose: async (by, input) => changed(input.workspaceId, await propose(options, by, input)),
    async withdraw(by, input) {
      return (await decided(input, await withdraw(options, by, input))).suggestion
    },
    ask: async (by, input, signal) => made(input.workspaceId, await asks.ask(by, input, signal)),
    stopAsk: asks.stop,
    applyCode: async (by, input) => made(input.workspaceId, await applyCode(options, by, input)),
    accept: async (by, choice) => decided(choice, await accept(options, by, choice)),
    resolve: async (by, input) => decided(input, await resolve(options, by, input)),
    reject: async (by, choice) => decided(choice, await reject(options, by, choice)),
    undo: async (by, choice) => decided(choice, await undo(options, by, choice)),
  }
  return {
    router: createSuggestionsRouter({ suggestions, now: options.now }),
    close: asks.close,
  }
}
