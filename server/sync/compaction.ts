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

  const compact = async (documentId: DocumentId): Promise<boolean> => {
    const stored = await log.load(documentId)
    if (stored === null || stored.headSeq === stored.snapshotSeq) return false
    const updates = stored.rows.map((row) => row.bytes)
    if (stored.snapshot !== null) updates.unshift(stored.snapshot)
    const snapshot = await heavy.compact(updates)
    return log.compact({
      documentId,
      expectedSnapshotSeq: stored.snapshotSeq,
      seq: stored.headSeq,
      snapshot,
      isKeyframe: true,
    })
  }

  const run = async (): Promise<void> => {
    for (const [documentId, room] of queued) {
      if (isStopped) break
      queued.delete(documentId)
      try {
        await compact(documentId)
        await room?.shrink((state) => heavy.compact([state]))
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
      // A snapshot costs its whole size, so a large document gathers more first.
      if ((bytes + rows * ROW_BYTES) * 4 < room.state.size) return
      room.rowsSinceSnapshot = 0
      room.bytesSinceSnapshot = 0
      enqueue(room.documentId, room)
    },
    leave(documentId, rows) {
      if (rows >= MIN_ROWS_AT_CLOSE) enqueue(documentId, null)
    },
    compact,
    stop: () => void (isStopped = true),
    get idle() {
      return running ?? Promise.resolve()
    },
  }
}
