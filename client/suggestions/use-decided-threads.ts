import { useEffect } from 'react'
import type { HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { MountedEditor } from '../editor/code-editor.tsx'
import { viewOfModel } from '../editor/view-of-model.ts'
import { AI_PERSON } from './decorations.ts'
import { locateHunk } from './placed-hunks.ts'
import type { Suggestions } from './suggestions.ts'

interface Decided {
  readonly hunk: HunkInfo
  readonly author: { readonly person: number; readonly isAgent: boolean }
}

/** What came into the text or out of it by a decision that was not known before, and whose text it is. */
export function newlyDecided(info: SuggestionInfo, before: SuggestionInfo | null): Decided[] {
  return info.hunks.flatMap((hunk) => {
    const was = before?.hunks.find((one) => one.position === hunk.position)?.status
    if (was === undefined || was === hunk.status) return []
    switch (hunk.status) {
      case 'accepted': {
        const isAi = info.source === 'ai'
        return [{ hunk, author: { person: isAi ? AI_PERSON : (info.requester?.color ?? 0) % 8, isAgent: isAi } }]
      }
      case 'undone':
        return [{ hunk, author: { person: (hunk.decidedBy?.color ?? 0) % 8, isAgent: false } }]
      case 'open':
      case 'rejected':
        return []
    }
  })
}

/**
 * The server writes these edits and has no cursor to know their author by, so that their thread in the gutter is drawn
 * from the decision.
 */
export function useDecidedThreads(suggestions: Suggestions, { open }: MountedEditor): void {
  useEffect(() => {
    let waiting: Decided[] = []
    const draw = (): void => {
      if (waiting.length === 0 || open.binding() === null) return
      const { text } = open.shared.replica()
      waiting = waiting.filter(({ hunk, author }) => {
        const range = locateHunk(text, viewOfModel(open.model), hunk)
        if (range !== null) open.noteWritten(range, author)
        return range === null
      })
    }
    const stop = suggestions.onTaken((info, before) => {
      if (info.documentId !== open.shared.documentId) return
      waiting.push(...newlyDecided(info, before))
      draw()
    })
    // The answer may be here before the edit itself.
    const listening = open.model.onDidChangeContent(draw)
    return () => {
      stop()
      listening.dispose()
    }
  }, [suggestions, open])
}
