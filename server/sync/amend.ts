import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { HeavyWork } from './heavy/heavy-work.ts'
import type { SyncLimits } from './limits.ts'
import type { AmendRow, DocumentLog, LogTransaction, StoredDocument } from './log/document-log.ts'
import type { Rewrite, Rewritten } from './ranges/text-ranges.ts'
import type { Random } from './random.ts'
import type { ForeignRow } from './room/room.ts'

/** Who stands behind an edit that the server makes. */
export interface EditAuthors {
  /** owner of the edit's client id: whose text it is */
  readonly author: string
  /** all who had a part in it, as the log names them */
  readonly userIds: readonly string[]
  /** the person who lets it into the document */
  readonly editor: string
}

/** A document whose head waits for the use case at work on it. */
export interface DocumentPage {
  readonly tx: LogTransaction
  /**
   * Puts texts in place of others and appends that as one row, under a client id that was never used: somebody could
   * have written ahead under a known one. `seq` is null where nothing had to change. To be called once.
   */
  rewrite(
    rewrites: readonly Rewrite[],
    by: EditAuthors,
  ): Promise<
    | (Extract<Rewritten, { status: 'done' }> & { readonly seq: number | null })
    | Extract<Rewritten, { status: 'conflict' }>
  >
}

export type Amend = <T>(documentId: DocumentId, work: (page: DocumentPage) => Promise<T>) => Promise<T>

interface Options {
  readonly log: DocumentLog
  readonly heavy: HeavyWork
  readonly random: Random
  readonly limits: Pick<SyncLimits, 'textUnits' | 'stateBytes'>
  /** Resolves when what people have typed so far is in the log, or will not be soon. */
  readonly settled: (documentId: DocumentId) => Promise<void>
  /** A row was committed past the document's room; null: perhaps. */
  readonly onRow: (documentId: DocumentId, row: ForeignRow | null) => void
  readonly onActivity: (documentId: DocumentId, userId: string) => void
}

/** Each waiting transaction holds a connection; typing needs the others. */
const AT_ONCE = 3

/**
 * Edits that the server makes itself: decided on the committed text while the head of the document is locked, and
 * appended in the transaction of the decision. One at a time a document, a few in all.
 */
export function createAmender({ log, heavy, random, limits, settled, onRow, onActivity }: Options): Amend {
  const turns = new Map<DocumentId, Promise<unknown>>()
  const free = createSlots(AT_ONCE)

  const amend = async <T>(documentId: DocumentId, work: (page: DocumentPage) => Promise<T>): Promise<T> => {
    const written: { row: (AmendRow & ForeignRow) | null; editor: string } = { row: null, editor: '' }
    const release = await free()
    try {
      await settled(documentId)
      const value = await log.amend(documentId, (locked) =>
        work({
          tx: locked.tx,
          async rewrite(rewrites, { author, userIds, editor }) {
            const updates = updatesOf(locked.stored)
            const stateBytes = updates.reduce((sum, { length }) => sum + length, 0)
            const done = await heavy.rewrite(updates, rewrites, random.below(2 ** 32))
            if (done.status === 'conflict') return done
            // Only growth is refused, as of people (A6).
            const isTooLarge = done.textUnits > limits.textUnits || stateBytes > limits.stateBytes
            if (done.addedUnits > 0 && isTooLarge) throw new AppError('too_large')
            if (done.update === null) return { ...done, seq: null }
            const claims = [{ clientId: done.clientId, userId: author }]
            const row = { bytes: done.update, userIds, claims }
            const seq = await locked.append(row)
            Object.assign(written, { row: { ...row, seq }, editor })
            return { ...done, seq }
          },
        }),
      )
      if (written.row !== null) {
        onRow(documentId, written.row)
        onActivity(documentId, written.editor)
      }
      return value
    } catch (error) {
      // Whether a row was committed is known to the log alone.
      if (written.row !== null) onRow(documentId, null)
      throw error
    } finally {
      release()
    }
  }

  return (documentId, work) => {
    const before = turns.get(documentId) ?? Promise.resolve()
    const turn = before.then(() => amend(documentId, work))
    const ended = turn.catch(() => undefined)
    turns.set(documentId, ended)
    void ended.then(() => turns.get(documentId) === ended && turns.delete(documentId))
    return turn
  }
}

/** Resolves to the function that frees the slot again. */
function createSlots(count: number): () => Promise<() => void> {
  const waiting: (() => void)[] = []
  let taken = 0
  const release = (): void => {
    const next = waiting.shift()
    if (next === undefined) taken--
    else next()
  }
  return async () => {
    if (taken < count) taken++
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    return release
  }
}

/** What is stored as updates to apply in order. Throws `unavailable` where it was never seeded (L2). */
export function updatesOf({ headSeq, snapshot, rows }: StoredDocument): Uint8Array[] {
  if (headSeq === 0) throw new AppError('unavailable')
  const updates = rows.map((row) => row.bytes)
  return snapshot === null ? updates : [snapshot, ...updates]
}
