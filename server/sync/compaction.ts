import type { DocumentId } from '#shared/ids.ts'
import type { HeavyWork } from './heavy/heavy-work.ts'
import type { SyncLimits } from './limits.ts'
import type { DocumentLog } from './log/document-log.ts'
import type { SyncLogger } from './ports.ts'
import type { Room } from './room/room.ts'

export interface Compactor {
  /** called after each commit: compacts when enough rows have gathered, one document at a time */
  consider(room: Room): void
  /** a room was freed: leave a log behind that loads fast */
  leave(documentId: DocumentId, rows: number): void
  compact(documentId: DocumentId): Promise<boolean>
  stop(): void
  readonly idle: Promise<void>
}

/** A log of fewer rows is not worth a snapshot when its room closes. */
const MIN_ROWS_AT_CLOSE = 50

/** A live state is replaced where that frees this share of it; making another costs several times its size for a moment. */
const SHRINK_SHARE = 0.1

/** What a row costs beside its bytes. */
const ROW_BYTES = 64

interface Options {
  readonly log: DocumentLog
  readonly heavy: HeavyWork
  readonly limits: SyncLimits
  readonly logger: SyncLogger
}

/** C1: the state is built from the database alone; what is in memory is never stored. */
export function createCompactor({ log, heavy, limits, logger }: Options): Compactor {
  const queued = new Map<DocumentId, Room | null>()
  let running: Promise<void> | null = null
  let isStopped = false

  /** Answers the size of the snapshot; null where there was nothing to compact, or another was faster. */
  const compact = async (documentId: DocumentId): Promise<number | null> => {
    const stored = await log.load(documentId)
    if (stored === null || stored.headSeq === stored.snapshotSeq) return null
    const updates = stored.rows.map((row) => row.bytes)
    if (stored.snapshot !== null) updates.unshift(stored.snapshot)
    const snapshot = await heavy.compact(updates)
    const size = snapshot.length
    const isStored = await log.compact({
      documentId,
      expectedSnapshotSeq: stored.snapshotSeq,
      seq: stored.headSeq,
      snapshot,
      isKeyframe: true,
    })
    // What a large text passed through on its way here and back is many times its size, and all of it is young.
    if (size > limits.heavyBytes) globalThis.gc?.({ type: 'minor' })
    return isStored ? size : null
  }

  const run = async (): Promise<void> => {
    for (const [documentId, room] of queued) {
      if (isStopped) break
      queued.delete(documentId)
      try {
        const size = await compact(documentId)
        const isWorthIt = room !== null && size !== null && room.state.size - size > room.state.size * SHRINK_SHARE
        if (isWorthIt) await room.shrink((state) => heavy.compact([state]))
      } catch (error) {
        // The log is as it was; the next commit tries again.
        logger.error({ err: error, documentId }, 'document not compacted')
      }
    }
    running = null
  }

  const enqueue = (documentId: DocumentId, room: Room | null): void => {
    if (isStopped) return
    queued.set(documentId, room)
    running ??= run()
  }

  return {
    consider(room) {
      const { rowsSinceSnapshot: rows, bytesSinceSnapshot: bytes } = room
      if (rows < limits.compactRows && bytes < limits.compactBytes) return
      // A snapshot costs several times its whole size, so a large document gathers more first.
      if ((bytes + rows * ROW_BYTES) * 2 < room.state.size) return
      room.rowsSinceSnapshot = 0
      room.bytesSinceSnapshot = 0
      enqueue(room.documentId, room)
    },
    leave(documentId, rows) {
      if (rows >= MIN_ROWS_AT_CLOSE) enqueue(documentId, null)
    },
    compact: async (documentId) => (await compact(documentId)) !== null,
    stop: () => void (isStopped = true),
    get idle() {
      return running ?? Promise.resolve()
    },
  }
}
