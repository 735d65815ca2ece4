import { useEffect, useEffectEvent, useState } from 'react'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import type { MountedEditor } from '../editor/code-editor.tsx'
import { useTextChanges } from '../editor/use-text-changes.ts'
import { viewOfModel } from '../editor/view-of-model.ts'
import { type PlacedHunk, placeHunks } from './placed-hunks.ts'

const describe = (placed: readonly PlacedHunk[]): string =>
  JSON.stringify(placed.map(({ id, range, isConflict, shape }) => [id, range, isConflict, shape]))

export interface PlacedIn {
  readonly placed: readonly PlacedHunk[]
  /** rises with each change of the text, so that what else hangs at it is placed anew */
  readonly version: number
}

const NOTHING: PlacedIn = { placed: [], version: 0 }

/** The open hunks where they stand in an editor, following everybody's edits; `hasMore`: something else hangs there. */
export function usePlacedHunks(
  mounted: MountedEditor,
  suggestions: readonly SuggestionInfo[],
  hasMore: boolean,
): PlacedIn {
  const { editor, open } = mounted
  const [state, setState] = useState<PlacedIn>(NOTHING)
  const place = (): void => {
    const { model, shared } = open
    const isThere = editor.getModel() === model && open.binding() !== null
    const placed = isThere ? placeHunks(shared.replica().text, viewOfModel(model), suggestions) : []
    setState((old) => {
      // Most files have none: typing there costs nothing.
      if (!hasMore && old.placed.length === 0 && placed.length === 0) return old
      const isUnmoved = describe(old.placed) === describe(placed) && isSame(old.placed, placed)
      return { placed: isUnmoved ? old.placed : placed, version: old.version + 1 }
    })
  }
  const placeNow = useEffectEvent(place)
  useTextChanges(mounted, place)
  useEffect(() => placeNow(), [editor, open, suggestions, hasMore])
  return state
}

const isSame = (before: readonly PlacedHunk[], now: readonly PlacedHunk[]): boolean =>
  before.every((one, i) => one.suggestion === now[i]?.suggestion)
