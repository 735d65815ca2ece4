import type { HistoryCommit } from '#shared/api/history.ts'

/** One row of the log. */
export interface Fact {
  readonly seq: number
  /** epoch milliseconds */
  readonly at: number
  readonly userIds: readonly string[]
}

/** Rows after `fromSeq` up to `toSeq` that the disk wrote came from this commit. */
export interface Origin {
  readonly fromSeq: number
  readonly toSeq: number
  readonly commit: HistoryCommit
}

export interface Session {
  readonly fromSeq: number
  readonly toSeq: number
  readonly fromAt: number
  readonly toAt: number
  readonly kind: 'people' | 'disk' | 'opened'
  readonly authorIds: readonly string[]
  readonly commit?: HistoryCommit
}

/** After so long a pause another session begins. */
const PAUSE_MS = 10 * 60_000
/**
 * No session goes on across these marks, so that hours of work are not one entry. They are marks of the clock and not
 * a length: otherwise where a session is cut would depend on which rows were read.
 */
const MARK_MS = 4 * 60 * 60_000

const AGENT = 'agent:'
export const isDisk = (userId: string): boolean => userId.startsWith(AGENT)

/** The first row is the file as it came. A row in which people and the disk were merged is the people's. */
const kindOf = ({ seq, userIds }: Fact): Session['kind'] =>
  seq === 1 ? 'opened' : userIds.length > 0 && userIds.every(isDisk) ? 'disk' : 'people'

/** Rows as sessions of work, both ascending. Cut anywhere, rows give the same sessions but for the first. */
export function groupSessions(facts: readonly Fact[], origins: readonly Origin[]): Session[] {
  const sessions: Session[] = []
  for (const fact of facts) {
    const kind = kindOf(fact)
    const commit =
      kind === 'people' ? undefined : origins.find((o) => o.fromSeq < fact.seq && fact.seq <= o.toSeq)?.commit
    const last = sessions.at(-1)
    const isSame =
      last !== undefined &&
      last.kind === kind &&
      kind !== 'opened' &&
      last.commit?.hash === commit?.hash &&
      fact.at - last.toAt < PAUSE_MS &&
      Math.floor(fact.at / MARK_MS) === Math.floor(last.toAt / MARK_MS)
    if (isSame) {
      const authorIds = [...new Set([...last.authorIds, ...fact.userIds])]
      sessions[sessions.length - 1] = { ...last, toSeq: fact.seq, toAt: Math.max(last.toAt, fact.at), authorIds }
    } else {
      const { seq, at } = fact
      const authorIds = [...new Set(fact.userIds)]
      sessions.push({
        fromSeq: seq,
        toSeq: seq,
        fromAt: at,
        toAt: at,
        kind,
        authorIds,
        ...(commit !== undefined && { commit }),
      })
    }
  }
  return sessions
}
