import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { Session } from './sessions.ts'

/** Lines that came and went. */
export interface LineCount {
  readonly added: number
  readonly removed: number
}

type Stretch = Pick<Session, 'fromSeq' | 'toSeq'>

/** What is in the log never changes, so a count is good for ever; these are kept in memory. */
const MAX_KEPT = 20_000

/** The line counts of neighbouring sessions, ascending; only those not yet known are worked out. */
export function createLineCounts(
  work: (documentId: DocumentId, seqs: readonly number[]) => Promise<readonly LineCount[]>,
): (documentId: DocumentId, sessions: readonly Stretch[]) => Promise<LineCount[]> {
  let kept = new Map<string, LineCount>()

  return async (documentId, sessions) => {
    const keyOf = ({ fromSeq, toSeq }: Stretch): string => `${documentId} ${fromSeq} ${toSeq}`
    const unknown = sessions.filter((session) => !kept.has(keyOf(session)))
    const [first, last] = [unknown[0], unknown.at(-1)]
    if (first !== undefined && last !== undefined) {
      const stretch = sessions.slice(sessions.indexOf(first), sessions.indexOf(last) + 1)
      const counts = await work(documentId, [first.fromSeq - 1, ...stretch.map(({ toSeq }) => toSeq)]).catch(
        (error: unknown) => {
          // What is no longer kept has no count; who worked on it is told all the same.
          if (error instanceof AppError && error.code === 'not_found') return []
          throw error
        },
      )
      stretch.forEach((session, i) => {
        const count = counts[i]
        if (count !== undefined) kept.set(keyOf(session), count)
      })
    }
    const found = sessions.map((session) => kept.get(keyOf(session)) ?? { added: 0, removed: 0 })
    if (kept.size > MAX_KEPT) kept = new Map([...kept].slice(-MAX_KEPT / 2))
    return found
  }
}
