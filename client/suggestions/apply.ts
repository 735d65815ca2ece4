import type { AnchoredRange, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { TreeAnswer } from '#shared/api/files.ts'
import type { ChatMessageId, ChatSessionId } from '#shared/ids.ts'
import { ApiError, describeError } from '../platform/api-error.ts'
import { api } from '../platform/api.ts'
import type { ApplyRequest } from './apply-request.ts'
import type { Suggestions } from './suggestions.ts'

export type ApplyPlace =
  | { readonly type: 'auto' }
  | { readonly type: 'whole' }
  | { readonly type: 'range'; readonly range: AnchoredRange }

export type ApplyOutcome =
  | { readonly status: 'suggested'; readonly suggestion: SuggestionInfo }
  | { readonly status: 'place_needed' | 'unchanged' }
  | { readonly status: 'failed'; readonly sentence: string }

/** Makes a suggestion of a block of code; the file changes only when somebody accepts. */
export async function applyCode(
  suggestions: Suggestions,
  { chatId, messageId, code }: ApplyRequest,
  path: string,
  place: ApplyPlace,
): Promise<ApplyOutcome> {
  try {
    const result = await api.suggestions.applyCode.mutate({
      workspaceId: suggestions.workspaceId,
      chatId: chatId as ChatSessionId,
      messageId: messageId as ChatMessageId,
      code,
      path,
      place,
    })
    if (result.status !== 'suggested') return result
    suggestions.take(result.suggestion)
    return result
  } catch (error) {
    return { status: 'failed', sentence: describeError(error) }
  }
}

/** All files of the workspace, for choosing one. */
export async function listFiles(workspaceId: string): Promise<string[]> {
  const answer = await fetch(`/api/workspaces/${workspaceId}/tree`)
  if (!answer.ok) throw new ApiError('unavailable')
  const { entries } = (await answer.json()) as TreeAnswer
  return entries.filter((entry) => entry.kind === 'file' && entry.isIgnored !== true).map((entry) => entry.path)
}

/**
 * Begins to apply a block: at once where one file is meant beyond doubt, else the dialog asks. "Beyond doubt" is a
 * file that the block names, or the only one that was attached to the question.
 */
export async function beginApply(
  suggestions: Suggestions,
  request: Omit<ApplyRequest, 'needsPlace'>,
  isClear: boolean,
  onSuggested: (made: SuggestionInfo) => void,
): Promise<void> {
  const ask = (needsPlace: boolean): void => suggestions.store.setState({ apply: { ...request, needsPlace } })
  const [only] = request.likely
  if (!isClear || only === undefined) return ask(false)
  const outcome = await applyCode(suggestions, { ...request, needsPlace: false }, only, { type: 'auto' })
  if (outcome.status === 'suggested') onSuggested(outcome.suggestion)
  // Whatever else it was, the dialog offers another file or place, and says why on trying again.
  else ask(outcome.status === 'place_needed')
}
