import type { AskInfo, AskResult } from '#shared/api/suggestions.ts'
import { type askInput, SUGGESTION_CHARS } from '#shared/api/suggestions.ts'
import { isSecretFile } from '#shared/api/completions.ts'
import { AppError } from '#shared/errors.ts'
import type { SuggestionId, WorkspaceId } from '#shared/ids.ts'
import type { z } from 'zod'
import type { Asking } from '../chat/asking.ts'
import type { Gateway, GatewayResult } from '../gateway/types.ts'
import { editTurns, readEdit } from './edit-turns.ts'
import { type Edit, makeSuggestion, withLineFeeds } from './make.ts'
import { createProgress } from './progress.ts'
import { rangeOf } from './propose.ts'
import { type DocumentRow, requireDocument } from './rows.ts'
import type { SuggestionDeps } from './suggestions.ts'

/** Of one person at once: each costs, and nobody reads more. */
const AT_ONCE = 3

interface Running {
  readonly workspaceId: WorkspaceId
  readonly info: AskInfo
  readonly stopping: AbortController
}

export type AskOutcome =
  | { readonly status: 'suggested'; readonly suggestionId: SuggestionId }
  | Exclude<AskResult, { status: 'suggested' }>

/** AI at work on documents of this node. */
export function createAsks(deps: SuggestionDeps & { readonly gateway: Pick<Gateway, 'stream'> }) {
  const { pool, sync, gateway } = deps
  const running = new Map<string, Running>()

  const tell = ({ workspaceId, info }: Running, isWorking: boolean): void =>
    deps.broadcast(workspaceId, 'suggestion.working', { workspaceId, ask: info, isWorking })

  const begin = (by: Asking, input: z.output<typeof askInput>): Running => {
    const { userId, name, color } = by.actor
    const mine = [...running.values()].filter(({ info }) => info.requester.id === userId)
    if (mine.length >= AT_ONCE) throw new AppError('rate_limited')
    if (running.has(input.askId)) throw new AppError('conflict')
    const { askId, documentId, workspaceId, range = null } = input
    const info = { askId, documentId, requester: { id: userId, name, color }, range }
    const one = { workspaceId, info, stopping: new AbortController() }
    running.set(askId, one)
    return one
  }

  /** Resolves to what AI would have there, and the name of the model; null: it said nothing. */
  const rewritten = async (
    by: Asking,
    input: z.output<typeof askInput>,
    passage: { readonly document: DocumentRow; readonly text: string; readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<{ readonly next: string | null; readonly model: string }> => {
    const { instruction, model, askId, workspaceId } = input
    const { text, from, to } = passage
    const progress = createProgress((offset, piece) =>
      deps.toUser(by.actor.userId, 'suggestion.text', { askId, offset, text: piece }),
    )
    try {
      const result = await gateway.stream({
        caller: { userId: by.actor.userId, workspaceId, requestId: by.requestId },
        ...(model === undefined ? {} : { model }),
        input: { purpose: 'chat', messages: editTurns({ path: passage.document.path, text, from, to, instruction }) },
        signal,
        onDelta: progress.add,
      })
      return { next: readEdit(finished(result), text.slice(from, to)), model: result.model }
    } finally {
      progress.end()
    }
  }

  return {
    of: (workspaceId: WorkspaceId, documentId?: string): readonly AskInfo[] =>
      [...running.values()]
        .filter((one) => one.workspaceId === workspaceId)
        .map(({ info }) => info)
        .filter((info) => documentId === undefined || info.documentId === documentId),

    /** Ends when AI has: the suggestion is there, or why there is none. `signal`: the browser waits no longer. */
    async ask(by: Asking, input: z.output<typeof askInput>, signal: AbortSignal): Promise<AskOutcome> {
      const { workspaceId, range } = input
      const document = await requireDocument(pool, workspaceId, input.documentId)
      if (isSecretFile(document.path)) return { status: 'not_offered', reason: 'secret_file' }
      const one = begin(by, input)
      try {
        const { text, seq, places } = await sync.locate(document.id, range ? [rangeOf(range)] : [])
        const place = range === undefined ? { from: 0, to: text.length } : (places[0] ?? null)
        if (place === null) throw new AppError('conflict')
        if (place.to - place.from > SUGGESTION_CHARS)
          throw new AppError('too_large', undefined, { details: { limit: SUGGESTION_CHARS } })
        tell(one, true)
        const stops = AbortSignal.any([signal, one.stopping.signal])
        const { next, model } = await rewritten(by, input, { document, text, ...place }, stops)
        if (next === null) return { status: 'unchanged' }
        // Never the instruction: it is a prompt, and stays out of all tables.
        const edit: Edit = {
          workspaceId,
          document,
          text,
          seq,
          place,
          next: withLineFeeds(next),
          title: '',
          source: 'ai',
          model,
          messageId: null,
        }
        const suggestionId = await makeSuggestion(deps, by, edit)
        return suggestionId === null ? { status: 'unchanged' } : { status: 'suggested', suggestionId }
      } finally {
        running.delete(input.askId)
        tell(one, false)
      }
    },

    /** By anyone who may use AI. */
    stop(workspaceId: WorkspaceId, askId: string): void {
      const one = running.get(askId)
      if (one?.workspaceId !== workspaceId) throw new AppError('not_found')
      one.stopping.abort()
    },

    close(): void {
      for (const { stopping } of running.values()) stopping.abort()
    },
  }
}

/** A text that was cut off would take away whatever it lacks. */
function finished(result: GatewayResult): string {
  switch (result.status) {
    case 'done':
      if (result.finishReason === 'length') throw new AppError('ai_refused')
      return result.text
    case 'stopped':
      throw new AppError('cancelled')
    case 'failed':
      throw new AppError(result.error)
    default:
      return result satisfies never
  }
}
