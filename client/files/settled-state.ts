import type { DocumentState } from '../sync/document-state.ts'

/** Longer than the gap between two keys: what is said does not flicker while somebody types. */
const PAUSE_MS = 150

interface Source {
  readonly state: () => DocumentState
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * A document's state as the page says it, with one redrawing per change. "Saved" is said after a pause; whatever is
 * less than saved is said at once.
 */
export function settleState(source: Source, redraw: () => void): () => DocumentState {
  let said = source.state()
  let pause: ReturnType<typeof setTimeout> | null = null
  const say = (): void => {
    pause = null
    const next = source.state()
    if (JSON.stringify(next) === JSON.stringify(said)) return
    said = next
    redraw()
  }
  source.subscribe(() => {
    if (pause !== null) clearTimeout(pause)
    pause = null
    const waits = said.status === 'saving' && said.edits > 0 && source.state().status === 'saved'
    if (waits) pause = setTimeout(say, PAUSE_MS)
    else say()
  })
  return () => said
}
