import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import type { DocumentId } from '#shared/ids.ts'
import { mergeThreeWay } from '#shared/text-merge.ts'
import { api } from '../platform/api.ts'
import type { Passage } from './editor-port.ts'
import type { Suggestions } from './suggestions.ts'

export interface Rebased {
  readonly base: string
  readonly mine: string
  /** the same words were changed by both: the person looks before it goes out */
  readonly hasConflict: boolean
}

/** What somebody wrote in the place of some lines, carried over to what stands there by now. */
export function rebase(base: string, mine: string, now: string): Rebased {
  if (now === base) return { base, mine, hasConflict: false }
  const { text, hasConflict } = mergeThreeWay(base, mine, now)
  return { base: now, mine: text, hasConflict }
}

/** Suggests to the team that this text stand in the place of the passage. */
export async function proposeEdit(
  suggestions: Suggestions,
  passage: Passage,
  { base, mine, title }: { readonly base: string; readonly mine: string; readonly title: string },
): Promise<SuggestionInfo> {
  if (passage.range === null) throw new Error('a proposal is about some lines')
  const made = await api.suggestions.propose.mutate({
    workspaceId: suggestions.workspaceId,
    documentId: passage.documentId as DocumentId,
    title,
    range: passage.range,
    baseText: base,
    newText: mine,
  })
  suggestions.take(made)
  return made
}
