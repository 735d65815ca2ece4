import type { DecideResult, HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { SuggestionId } from '#shared/ids.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Suggestions } from './suggestions.ts'
import { hunkId, nameOfFile } from './summary.ts'

const UNDO_MS = 10_000

type Verb = 'accept' | 'reject' | 'undo'

/** null: all hunks that the verb is about */
type About = readonly [suggestions: Suggestions, suggestion: SuggestionInfo, positions: readonly number[] | null]

const input = ({ workspaceId }: Suggestions, { id }: SuggestionInfo, positions: readonly number[] | null) => ({
  workspaceId,
  suggestionId: id as SuggestionId,
  ...(positions === null ? {} : { positions: [...positions] }),
})

/** Says why nothing happens, to those whose role does not allow it. */
export function explainRole(): void {
  showToast({ text: messages.t('viewer'), timeoutMs: 10_000 })
}

async function run(
  suggestions: Suggestions,
  suggestion: SuggestionInfo,
  hunks: readonly HunkInfo[],
  work: () => Promise<DecideResult | null>,
): Promise<DecideResult | null> {
  const ids = hunks.map(({ position }) => hunkId({ suggestionId: suggestion.id, position }))
  const { busy } = suggestions.store.getState()
  if (ids.some((one) => busy.has(one))) return null
  suggestions.store.setState({ busy: new Set([...busy, ...ids]) })
  try {
    const result = await work()
    if (result === null) return null
    suggestions.take(result.suggestion)
    return result
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error), timeoutMs: 10_000 })
    return null
  } finally {
    const rest = [...suggestions.store.getState().busy].filter((one) => !ids.includes(one))
    suggestions.store.setState({ busy: new Set(rest) })
  }
}

/**
 * What the server compares must hold what this person has just typed, or both texts would stand side by side. Rejecting
 * compares nothing.
 */
async function afterTyping(
  suggestions: Suggestions,
  { documentId, path }: SuggestionInfo,
  work: () => Promise<DecideResult>,
): Promise<DecideResult | null> {
  if (await suggestions.whenSaved(documentId)) return work()
  showToast({ kind: 'error', text: messages.t('notSaved', { file: nameOfFile(path) }), timeoutMs: 10_000 })
  return null
}

const chosen = (suggestion: SuggestionInfo, positions: readonly number[] | null, status: HunkInfo['status']) =>
  suggestion.hunks.filter((hunk) => hunk.status === status && (positions?.includes(hunk.position) ?? true))

/** Which hunks a verb is about. */
const SUBJECT = { accept: 'open', reject: 'open', undo: 'accepted' } as const

/** Has the server decide on these hunks, or all that the verb is about, and says what came of it; null where nothing did. */
async function decide(verb: Verb, ...[suggestions, suggestion, positions]: About): Promise<DecideResult | null> {
  if (!suggestions.store.getState().rights.mayDecide) {
    explainRole()
    return null
  }
  const hunks = chosen(suggestion, positions, SUBJECT[verb])
  const ask = () => api.suggestions[verb].mutate(input(suggestions, suggestion, positions))
  const result = await run(suggestions, suggestion, hunks, () =>
    verb === 'reject' ? ask() : afterTyping(suggestions, suggestion, ask),
  )
  if (result?.status === 'done') tell(suggestions, result, hunks, verb)
  return result
}

/** Has the server apply the given open hunks, or all; a conflict opens the comparison of the three texts. */
export async function acceptHunks(...about: About): Promise<void> {
  const result = await decide('accept', ...about)
  if (result?.status === 'conflict') showConflict(about[0], result)
}

/** Nothing of them comes into the text; a comparison that is open for one of them closes. */
export async function rejectHunks(...about: About): Promise<void> {
  const [suggestions, suggestion] = about
  const result = await decide('reject', ...about)
  const { conflict } = suggestions.store.getState()
  if (result?.status !== 'done' || conflict?.suggestion.id !== suggestion.id) return
  if (result.changed.includes(conflict.conflict.position)) suggestions.store.setState({ conflict: null })
}

/** Takes accepted hunks back by an edit of the server's own. */
export async function undoHunks(...about: About): Promise<void> {
  const result = await decide('undo', ...about)
  if (result?.status === 'conflict') showToast({ kind: 'error', text: messages.t('undoConflict'), timeoutMs: 10_000 })
}

/** Puts a text of the person's own in the place of what they saw there. */
export async function resolveConflict(suggestions: Suggestions, current: string, text: string): Promise<void> {
  const open = suggestions.store.getState().conflict
  if (open === null) return
  const { suggestion, conflict } = open
  const hunks = chosen(suggestion, [conflict.position], 'open')
  const result = await run(suggestions, suggestion, hunks, () =>
    afterTyping(suggestions, suggestion, () =>
      api.suggestions.resolve.mutate({
        workspaceId: suggestions.workspaceId,
        suggestionId: suggestion.id as SuggestionId,
        position: conflict.position,
        current,
        text,
      }),
    ),
  )
  if (result === null) return
  if (result.status === 'conflict') {
    showToast({ text: messages.t('conflict.again'), timeoutMs: 10_000 })
    return showConflict(suggestions, result)
  }
  suggestions.store.setState({ conflict: null })
  tell(suggestions, result, hunks, 'accept')
}

export async function withdraw(suggestions: Suggestions, suggestion: SuggestionInfo): Promise<void> {
  try {
    suggestions.take(
      await api.suggestions.withdraw.mutate({
        workspaceId: suggestions.workspaceId,
        suggestionId: suggestion.id as SuggestionId,
      }),
    )
    showToast({ text: messages.t('withdrawn') })
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error), timeoutMs: 10_000 })
  }
}

function showConflict(suggestions: Suggestions, result: Extract<DecideResult, { status: 'conflict' }>): void {
  const [conflict] = result.conflicts
  if (conflict === undefined) return
  suggestions.store.setState({ conflict: { suggestion: result.suggestion, conflict } })
}

/** Says what came of it; what others had decided first is theirs. */
function tell(
  suggestions: Suggestions,
  { changed, suggestion }: Extract<DecideResult, { status: 'done' }>,
  hunks: readonly HunkInfo[],
  verb: Verb,
): void {
  const { t } = messages
  const file = nameOfFile(suggestion.path)
  if (changed.length === 0) {
    const now = suggestion.hunks.find((hunk) => hunks.some((one) => one.position === hunk.position))
    const name = now?.decidedBy?.name ?? t('someone')
    const status = now?.status ?? 'open'
    return void showToast({ text: status === 'open' ? t('nothingLeft') : t(`first.${status}`, { name }) })
  }
  const text = t(`done.${verb}`, { count: changed.length, file })
  if (verb !== 'accept') return void showToast({ text })
  const undo = (): void => void undoHunks(suggestions, suggestion, changed)
  const dismiss = showToast({ text, action: { label: common.t('action.undo'), run: undo }, timeoutMs: UNDO_MS })
  noteUndo(suggestions, suggestion, changed, dismiss)
}

/** Until the hunks are no longer accepted, Ctrl-Z in an editor of the document undoes them. */
function noteUndo(
  suggestions: Suggestions,
  suggestion: SuggestionInfo,
  positions: readonly number[],
  onForget: () => void,
): void {
  const { id, documentId } = suggestion
  let newest = suggestion
  const undo = (): void => {
    forget()
    onForget()
    void undoHunks(suggestions, newest, positions)
  }
  // Two editors of one document share its history.
  const [editor] = suggestions.editorsOfDocument(documentId)
  const forgetNote = editor?.noteOutside(undo)
  const stop = suggestions.onTaken((info) => {
    if (info.id !== id) return
    newest = info
    if (chosen(info, positions, 'accepted').length > 0) return
    forget()
    onForget()
  })
  const forget = (): void => {
    stop()
    forgetNote?.()
  }
}
