import type { View } from './view.ts'

const MAX = 60

/** A text that was suggested; empty where the model had nothing to say or the person did not want it. */
export interface Cached {
  readonly completionId: string
  readonly text: string
}

/** What was suggested where the text looked the same: by the line up to the caret, two lines before, one after. */
export function createSuggestionCache() {
  const known = new Map<string, Cached>()
  return {
    get: (key: string): Cached | undefined => known.get(key),
    set(key: string, value: Cached): void {
      known.delete(key)
      known.set(key, value)
      const [oldest] = known.keys()
      if (known.size > MAX && oldest !== undefined) known.delete(oldest)
    },
  }
}

/** What a suggestion depends on most: editing far from the caret leaves it as it is. */
export function cacheKey(view: View, caret: number): string {
  const start = view.lineStart(caret)
  const before = view.lineStart(view.lineStart(Math.max(0, start - 1)) - 1)
  const end = view.lineEnd(caret)
  const after = end < view.length() ? view.slice(end + 1, view.lineEnd(end + 1)) : ''
  return JSON.stringify([view.slice(Math.max(0, before), caret), view.slice(caret, end), after])
}
