import { queryOptions } from '@tanstack/react-query'
import type { AskInfo, SuggestionInfo, SuggestionSummary } from '#shared/api/suggestions.ts'
import type { DocumentId, SuggestionId, WorkspaceId } from '#shared/ids.ts'
import { api } from '../platform/api.ts'
import { queryClient } from '../platform/query-client.ts'
import { summarise } from './summary.ts'

interface Listed<S> {
  readonly suggestions: readonly S[]
  readonly asks: readonly AskInfo[]
}

const root = (workspaceId: string) => ['suggestions', workspaceId] as const

/** What is open in the workspace, and what was decided in the last day. */
export const suggestionList = (workspaceId: string) =>
  queryOptions({
    queryKey: [...root(workspaceId), 'list'],
    queryFn: (): Promise<Listed<SuggestionSummary>> =>
      api.suggestions.list.query({ workspaceId: workspaceId as WorkspaceId }),
    throwOnError: false,
  })
/** The same of one document, with its texts. */
export const documentSuggestions = (workspaceId: string, documentId: string) =>
  queryOptions({
    queryKey: [...root(workspaceId), 'document', documentId],
    queryFn: (): Promise<Listed<SuggestionInfo>> =>
      api.suggestions.ofDocument.query({
        workspaceId: workspaceId as WorkspaceId,
        documentId: documentId as DocumentId,
      }),
    // Events keep it true.
    staleTime: Infinity,
    throwOnError: false,
  })
export const oneSuggestion = (workspaceId: string, suggestionId: string) =>
  queryOptions({
    queryKey: [...root(workspaceId), 'one', suggestionId],
    queryFn: (): Promise<SuggestionInfo> =>
      api.suggestions.read.query({
        workspaceId: workspaceId as WorkspaceId,
        suggestionId: suggestionId as SuggestionId,
      }),
    throwOnError: false,
  })

export const refreshSuggestions = (workspaceId: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: root(workspaceId) })

/** What this page knows of a suggestion, without asking. */
export function knownSuggestion(workspaceId: string, suggestionId: string, documentId: string): SuggestionInfo | null {
  const listed = queryClient.getQueryData(documentSuggestions(workspaceId, documentId).queryKey)
  return (
    queryClient.getQueryData(oneSuggestion(workspaceId, suggestionId).queryKey) ??
    listed?.suggestions.find((one) => one.id === suggestionId) ??
    null
  )
}

/** An answer under way may have been read before what is put now: it is asked for again. */
function askAgainIfUnderWay(...keys: readonly (readonly unknown[])[]): void {
  for (const queryKey of keys) {
    const isUnderWay = queryClient.getQueryState(queryKey)?.fetchStatus === 'fetching'
    if (isUnderWay) void queryClient.invalidateQueries({ queryKey, exact: true })
  }
}

const replace = <S extends { readonly id: string }>(all: readonly S[], next: S): readonly S[] =>
  all.some((one) => one.id === next.id) ? all.map((one) => (one.id === next.id ? next : one)) : [next, ...all]

/** Puts the newest state of a suggestion wherever it is shown. */
export function putSuggestion(workspaceId: string, next: SuggestionInfo): void {
  queryClient.setQueryData(oneSuggestion(workspaceId, next.id).queryKey, next)
  queryClient.setQueryData(documentSuggestions(workspaceId, next.documentId).queryKey, (old) =>
    old === undefined ? undefined : { ...old, suggestions: replace(old.suggestions, next) },
  )
  queryClient.setQueryData(suggestionList(workspaceId).queryKey, (old) =>
    old === undefined ? undefined : { ...old, suggestions: replace(old.suggestions, summarise(next)) },
  )
  askAgainIfUnderWay(documentSuggestions(workspaceId, next.documentId).queryKey, suggestionList(workspaceId).queryKey)
}

/** AI began to write on a document, or has ended. */
export function putAsk(workspaceId: string, ask: AskInfo, isWorking: boolean): void {
  const without = (asks: readonly AskInfo[]) => asks.filter((one) => one.askId !== ask.askId)
  const next = <S>(old: Listed<S> | undefined): Listed<S> | undefined =>
    old && { ...old, asks: isWorking ? [...without(old.asks), ask] : without(old.asks) }
  queryClient.setQueryData(documentSuggestions(workspaceId, ask.documentId).queryKey, next<SuggestionInfo>)
  queryClient.setQueryData(suggestionList(workspaceId).queryKey, next<SuggestionSummary>)
  askAgainIfUnderWay(documentSuggestions(workspaceId, ask.documentId).queryKey, suggestionList(workspaceId).queryKey)
}
