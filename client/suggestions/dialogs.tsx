import { lazy, Suspense } from 'react'
import { useStore } from 'zustand'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import { ApplyDialog } from './apply-dialog.tsx'
import type { Suggestions } from './suggestions.ts'

// The comparison comes with the first conflict.
const ConflictDialog = lazy(() => import('./conflict-dialog.tsx').then((m) => ({ default: m.ConflictDialog })))

interface Props {
  suggestions: Suggestions
  path: string | null
  onOpenFile: ((path: string) => void) | null
  onSuggested: (made: SuggestionInfo) => void
}

/** What suggestions ask over everything else. */
export function SuggestionDialogs(props: Props) {
  const hasConflict = useStore(props.suggestions.store, (s) => s.conflict !== null)
  return (
    <>
      <ApplyDialog {...props} />
      {hasConflict && (
        <Suspense fallback={null}>
          <ConflictDialog suggestions={props.suggestions} />
        </Suspense>
      )}
    </>
  )
}
