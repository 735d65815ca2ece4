import type { Pool } from 'pg'
import {
  historyListInput,
  type HistoryEntry,
  type HistoryMoment,
  type HistoryPage,
  momentInput,
} from '#shared/api/history.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { createAuthors } from './authors.ts'
import { createLineCounts, type LineCount } from './line-counts.ts'
import { type Fact, groupSessions, type Session } from './sessions.ts'
import { createHistoryStore } from './store.ts'

/** What the sync engine does for history. */
export interface HistorySync {
  historyFacts(documentId: DocumentId, before: number, atLeast: number): Promise<readonly Fact[]>
  lineCounts(documentId: DocumentId, seqs: readonly number[]): Promise<readonly LineCount[]>
  textAt(documentId: DocumentId, seq: number): Promise<string>
}

const ENTRIES_A_PAGE = 30
/** One session of more rows is cut, since each row has to be read. */
const ROWS_A_PAGE = 16_000
const FIRST_ROWS = 500

/** The history of documents, read from the log: who worked on them when, and the text of any moment. */
export function createHistory({ pool, sync }: { pool: Pool; sync: HistorySync }) {
  const store = createHistoryStore(pool)
  const authorsOf = createAuthors(pool)
  const countsOf = createLineCounts((documentId, seqs) => sync.lineCounts(documentId, seqs))

  const requireOwn = async (workspaceId: WorkspaceId, documentId: DocumentId): Promise<number> => {
    const headSeq = await store.headOf(workspaceId, documentId)
    if (headSeq === null) throw new AppError('not_found')
    return headSeq
  }

  /** The last whole sessions before a moment, ascending, and whether there are older ones. */
  const sessionsBefore = async (
    documentId: DocumentId,
    before: number,
  ): Promise<{ sessions: readonly Session[]; hasOlder: boolean }> => {
    const origins = await store.origins(documentId)
    for (let wanted = FIRST_ROWS; ; wanted *= 4) {
      const facts = await sync.historyFacts(documentId, before, wanted)
      // Fewer than wanted are all there are, also where the oldest are no longer kept.
      const isAll = facts.length < wanted || (facts[0]?.seq ?? 1) <= 1
      const sessions = groupSessions(facts, origins)
      // The first may have begun in rows that were not read.
      const whole = isAll || sessions.length === 1 ? sessions : sessions.slice(1)
      const isEnough = isAll || whole.length >= ENTRIES_A_PAGE || facts.length >= ROWS_A_PAGE
      if (isEnough && (isAll || sessions.length > 1 || facts.length >= ROWS_A_PAGE)) {
        const shown = whole.slice(-ENTRIES_A_PAGE)
        return { sessions: shown, hasOlder: shown.length < whole.length || !isAll }
      }
    }
  }

  const list = async (workspaceId: WorkspaceId, documentId: DocumentId, before?: number): Promise<HistoryPage> => {
    const headSeq = await requireOwn(workspaceId, documentId)
    const { sessions, hasOlder } = await sessionsBefore(documentId, Math.min(before ?? headSeq + 1, headSeq + 1))
    const counts = await countsOf(documentId, sessions)
    const entries = sessions.map((session, i): HistoryEntry => ({ ...session, ...(counts[i] as LineCount) }))
    return {
      entries: entries.toReversed(),
      nextBefore: hasOlder ? (sessions[0]?.fromSeq ?? null) : null,
      authors: await authorsOf(sessions.flatMap((session) => session.authorIds)),
    }
  }

  const moment = async (workspaceId: WorkspaceId, documentId: DocumentId, seq: number): Promise<HistoryMoment> => {
    const headSeq = await requireOwn(workspaceId, documentId)
    if (seq > headSeq) throw new AppError('not_found')
    const [fact] = seq === 0 ? [] : (await sync.historyFacts(documentId, seq + 1, 1)).slice(-1)
    return { seq, at: fact?.at ?? null, text: await sync.textAt(documentId, seq) }
  }

  return {
    router: router({
      /** Sessions of work, newest first. */
      list: workspaceProcedure('workspace.details')
        .input(historyListInput)
        .query(({ input }) => list(input.workspaceId, input.documentId, input.before)),
      /** The text as it was. */
      moment: workspaceProcedure('workspace.details')
        .input(momentInput)
        .query(({ input }) => moment(input.workspaceId, input.documentId, input.seq)),
    }),
  }
}
