import type * as Y from 'yjs'
import type { CompletionOutcome } from '#shared/api/completions.ts'
import { type Place, placeAt, typedSince } from './place.ts'
import { type Cached, cacheKey, createSuggestionCache } from './suggestion-cache.ts'
import { fitToLine } from './fit-to-line.ts'
import type { TypingPace } from './typing-pace.ts'
import type { View } from './view.ts'

/** What to draw: all of the suggestion, in place of what was typed of it so far. */
export interface Ghost extends Cached {
  readonly from: number
  readonly caret: number
}

export interface GhostClock {
  readonly now: () => number
  /** Resolves after so long, or at once when it is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface GhostOptions {
  readonly view: View
  /** null while the document is not there */
  readonly text: () => Y.Text | null
  /** null: nobody answers now */
  readonly ask: (caret: number, signal: AbortSignal) => Promise<Cached | null>
  readonly onOutcome: (completionId: string, outcome: CompletionOutcome, elapsedMs: number) => void
  readonly pace: TypingPace
  readonly clock: GhostClock
}

interface Shown extends Cached {
  readonly place: Place
  readonly key: string
  shownAt: number | null
  isSettled: boolean
}

interface Asking {
  readonly place: Place
  readonly stop: AbortController
  readonly result: Promise<Shown | null>
  waiters: number
}

/** Time for the editor to ask again after a colleague's key, before a request that nobody awaits is given up. */
const GRACE_MS = 40

export type GhostSession = ReturnType<typeof createGhostSession>

/** The suggestion of one document: one request at a time, kept while it fits, whoever types. */
export function createGhostSession({ view, text, ask, onOutcome, pace, clock }: GhostOptions) {
  const cache = createSuggestionCache()
  const ended = new AbortController()
  let shown: Shown | null = null
  /** all of it stands in the text; the editor may still tell that it was accepted */
  let written: Shown | null = null
  let asking: Asking | null = null
  let hasOwnWish = false

  const settle = (ghost: Shown, outcome: CompletionOutcome): void => {
    if (ghost.shownAt === null || ghost.isSettled) return
    ghost.isSettled = outcome !== 'shown'
    onOutcome(ghost.completionId, outcome, Math.round(clock.now() - ghost.shownAt))
  }
  const drop = (): void => {
    if (shown !== null) settle(shown, 'dismissed')
    shown = null
  }
  const giveUp = (): void => {
    asking?.stop.abort()
    asking = null
  }

  /** The suggestion at the caret, where what was typed since is how it begins. */
  const fitting = (shared: Y.Text, caret: number): Ghost | null => {
    if (shown === null) return null
    const typed = typedSince(shared, view, shown.place, caret)
    if (typed === null || !shown.text.startsWith(typed.text)) {
      drop()
      return null
    }
    if (typed.text.length < shown.text.length)
      return { completionId: shown.completionId, text: shown.text, from: typed.from, caret }
    written = shown
    shown = null
    return null
  }

  const request = async (caret: number, place: Place, key: string, ms: number, signal: AbortSignal) => {
    await clock.wait(ms, signal)
    if (signal.aborted) return null
    const answer = await ask(caret, signal)
    if (answer === null || signal.aborted) return null
    const fitted = { completionId: answer.completionId, text: fitToLine(answer.text, place.after) }
    cache.set(key, fitted)
    return fitted.text === '' ? null : { ...fitted, place, key, shownAt: null, isSettled: false }
  }

  const begin = (shared: Y.Text, caret: number, key: string, ms: number): Asking => {
    giveUp()
    const stop = new AbortController()
    const place = placeAt(shared, view, caret)
    const result = request(caret, place, key, ms, AbortSignal.any([stop.signal, ended.signal]))
    const begun: Asking = { place, stop, result, waiters: 0 }
    asking = begun
    void result.finally(() => {
      if (asking === begun) asking = null
    })
    return begun
  }

  const join = async (job: Asking, signal: AbortSignal): Promise<Shown | null> => {
    job.waiters += 1
    const leave = (): void => {
      job.waiters -= 1
      if (job.waiters > 0) return
      void clock.wait(GRACE_MS, ended.signal).then(() => {
        if (job.waiters === 0) job.stop.abort()
        if (job.waiters === 0 && asking === job) asking = null
      })
    }
    signal.addEventListener('abort', leave, { once: true })
    const found = await job.result
    signal.removeEventListener('abort', leave)
    return signal.aborted ? null : found
  }

  return {
    /** The text was changed: by the person at this editor, or by a colleague. */
    changed(isRemote: boolean): void {
      if (isRemote) return
      hasOwnWish = true
      pace.typed()
    },
    /** What to show at the caret. A colleague's change alone asks nobody. */
    async provide(caret: number, isExplicit: boolean, signal: AbortSignal): Promise<Ghost | null> {
      const shared = text()
      if (shared === null || ended.signal.aborted) return null
      const kept = fitting(shared, caret)
      if (kept !== null) {
        hasOwnWish = false
        return kept
      }
      const running = asking === null ? null : typedSince(shared, view, asking.place, caret)
      let job = running?.text === '' ? asking : null
      if (job === null) {
        if (!hasOwnWish && !isExplicit) return null
        hasOwnWish = false
        const key = cacheKey(view, caret)
        const known = cache.get(key)
        if (known !== undefined && !(isExplicit && known.text === '')) {
          giveUp()
          if (known.text === '') return null
          shown = { ...known, place: placeAt(shared, view, caret), key, shownAt: null, isSettled: false }
          return { ...known, from: caret, caret }
        }
        job = begin(shared, caret, key, isExplicit ? 0 : pace.delayMs())
      }
      const found = await join(job, signal)
      const now = text()
      if (found === null || now === null) return null
      shown = found
      return fitting(now, caret)
    },
    shown(completionId: string): void {
      if (shown?.completionId !== completionId || shown.shownAt !== null) return
      shown.shownAt = clock.now()
      settle(shown, 'shown')
    },
    accepted(completionId: string): void {
      for (const ghost of [shown, written]) if (ghost?.completionId === completionId) settle(ghost, 'accepted')
      if (shown?.completionId === completionId) shown = null
    },
    /** By Escape: not offered again here. */
    rejected(completionId: string): void {
      if (shown?.completionId !== completionId) return
      cache.set(shown.key, { completionId, text: '' })
      drop()
    },
    dispose(): void {
      drop()
      giveUp()
      ended.abort()
    },
  }
}
