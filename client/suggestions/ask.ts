import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { newId } from '../platform/new-id.ts'
import { getSocket } from '../platform/socket.ts'
import { showToast } from '../ui/toast.ts'
import type { Passage } from './editor-port.ts'
import { messages } from './locale.ts'
import type { Suggestions } from './suggestions.ts'
import { nameOfFile } from './summary.ts'

export interface AskOutcome {
  readonly status: 'suggested' | 'unchanged' | 'cancelled' | 'failed'
  /** what to say where it led to nothing */
  readonly sentence: string | null
  readonly suggestion: SuggestionInfo | null
}

const none = (status: 'unchanged' | 'cancelled' | 'failed', sentence: string): AskOutcome => ({
  status,
  sentence,
  suggestion: null,
})

/** Has AI rewrite a passage; `onText` hears all it has written so far. Aborting stops it at the model. */
export async function askAi(
  suggestions: Suggestions,
  passage: Passage,
  { instruction, model }: { readonly instruction: string; readonly model: string | null },
  { signal, onText }: { readonly signal: AbortSignal; readonly onText: (text: string) => void },
): Promise<AskOutcome> {
  const askId = newId()
  const { workspaceId } = suggestions
  let written = ''
  const onPart: ServerEvents['suggestion.text'] = (part) => {
    if (part.askId !== askId || part.offset > written.length) return
    written = written.slice(0, part.offset) + part.text
    onText(written)
  }
  const socket = getSocket()
  socket.on('suggestion.text', onPart)
  try {
    const result = await api.suggestions.ask.mutate(
      {
        workspaceId,
        documentId: passage.documentId as DocumentId,
        askId,
        instruction,
        ...(passage.range === null ? {} : { range: passage.range }),
        ...(model === null ? {} : { model }),
      },
      { signal },
    )
    if (result.status === 'unchanged') return none('unchanged', messages.t('ask.unchanged'))
    if (result.status === 'not_offered') return none('failed', messages.t('ask.secretFile'))
    suggestions.take(result.suggestion)
    return { status: 'suggested', sentence: null, suggestion: result.suggestion }
  } catch (error) {
    if (signal.aborted) return none('cancelled', messages.t('ask.cancelled'))
    return none('failed', describeError(error))
  } finally {
    socket.off('suggestion.text', onPart)
  }
}

/** Anyone who may use AI stops it, whoever asked. */
export async function stopAsk({ workspaceId }: Suggestions, askId: string): Promise<void> {
  try {
    await api.suggestions.stopAsk.mutate({ workspaceId, askId })
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error) })
  }
}

/** Says how many changes there are now, with a way to them. */
export function tellSuggested(
  kind: 'ask' | 'propose' | 'apply',
  suggestion: SuggestionInfo,
  show?: { readonly label: string; readonly run: () => void },
): void {
  showToast({
    text: messages.t(`${kind}.done`, { count: suggestion.hunks.length, file: nameOfFile(suggestion.path) }),
    ...(show === undefined ? {} : { action: show }),
    timeoutMs: 10_000,
  })
}
