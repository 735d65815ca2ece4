import type { Clock } from '../clock.ts'
import type { SyncLimits } from '../limits.ts'
import type { SyncLogger, SyncMetrics } from '../ports.ts'
import { type AppendRequest, type AppendResult, type DocumentLog, LogUnavailable } from './document-log.ts'

/** One document with edits to commit. */
export interface CommitSource {
  /** The row to append: once made it stays the same until settled, since a retry must repeat its range (D2). */
  freeze(): AppendRequest | null
  committed(request: AppendRequest, seq: number): void
  /** The log does not take this row, and would not take it later. */
  rejected(reason: 'refused' | 'missing'): void
}

export interface CommitQueue {
  /** so many bytes wait, to be added with others or released */
  hold(bytes: number): void
  /** this source has something to commit; `bytes` more than before */
  add(source: CommitSource, bytes: number): void
  /** so many bytes wait no longer */
  release(bytes: number): void
  /** bytes waiting in all documents (D5) */
  readonly bytes: number
  /** commits what waits now instead of at the tick */
  flush(): void
  stop(): void
}

interface Options {
  readonly log: DocumentLog
  readonly clock: Clock
  readonly limits: SyncLimits
  readonly logger: SyncLogger
  readonly metrics?: SyncMetrics | undefined
}

interface Entry {
  readonly source: CommitSource
  readonly request: AppendRequest
}

/** Group commit across documents (D1): one statement a tick for all that have something. */
export function createCommitQueue({ log, clock, limits, logger, metrics }: Options): CommitQueue {
  const waiting = new Set<CommitSource>()
  const busy = new Set<CommitSource>()
  let bytes = 0
  let underWay = 0
  let cancelTick: (() => void) | null = null
  let isSoon = false
  let tickBytes = 0
  let lastFlushAt = Number.NEGATIVE_INFINITY
  let lastBatch = 0
  let isStopped = false

  const schedule = (): void => {
    if (isStopped || waiting.size === 0) return
    if (tickBytes >= limits.commitTickBytes) return flush()
    if (cancelTick !== null || isSoon) return
    const waitMs = lastFlushAt + tickMs() - clock.now()
    if (waitMs > 0) cancelTick = clock.after(waitMs, flush)
    else {
      // After a quiet time the first edit need not wait for others.
      isSoon = true
      clock.soon(flush)
    }
  }

  /** A statement costs much more than a row in it: the more documents are busy, the longer each waits for the others. */
  const tickMs = (): number => Math.min(limits.commitTickMaxMs, Math.max(limits.commitTickMs, lastBatch))

  const flush = (): void => {
    cancelTick?.()
    cancelTick = null
    isSoon = false
    if (isStopped) return
    if (underWay >= limits.commitsAtOnce) return
    tickBytes = 0
    lastFlushAt = clock.now()
    const batch: Entry[] = []
    for (const source of waiting) {
      if (busy.has(source)) continue
      waiting.delete(source)
      const request = source.freeze()
      if (request === null) continue
      busy.add(source)
      batch.push({ source, request })
    }
    if (batch.length === 0) return
    lastBatch = batch.length
    // One statement takes the heads' locks in one order, or two nodes could wait for each other.
    batch.sort((a, b) => (a.request.documentId < b.request.documentId ? -1 : 1))
    underWay++
    void commit(batch, limits.unavailableRetryMs).finally(() => {
      underWay--
      if (waiting.size > 0) schedule()
    })
  }

  /** Never rejects. Ends after the first try: whatever must be repeated repeats on its own timer. */
  const commit = async (batch: readonly Entry[], backoffMs: number): Promise<void> => {
    const startedAt = clock.now()
    let results: AppendResult[]
    try {
      results = await log.append(batch.map((entry) => entry.request))
    } catch (error) {
      return retry(batch, error, backoffMs)
    }
    if (isStopped) return
    let committedBytes = 0
    batch.forEach((entry, index) => {
      const result = results[index] as AppendResult
      if (result.status === 'committed') committedBytes += entry.request.bytes.length
      settle(entry, result)
    })
    metrics?.committed(batch.length, committedBytes, clock.now() - startedAt)
  }

  const retry = async (batch: readonly Entry[], error: unknown, backoffMs: number): Promise<void> => {
    if (isStopped) return
    const isDown = error instanceof LogUnavailable
    if (!isDown && batch.length > 1) {
      // One broken document must not delay the others: halves find it in log2(n) steps.
      const half = batch.length >> 1
      await commit(batch.slice(0, half), backoffMs)
      return commit(batch.slice(half), backoffMs)
    }
    logger.error({ err: error, documents: batch.length, retryMs: backoffMs }, 'edits not committed, trying again')
    const next = Math.min(backoffMs * 2, limits.unavailableRetryMaxMs)
    clock.after(isDown ? backoffMs : limits.unavailableRetryMaxMs, () => void commit(batch, next))
  }

  const settle = (entry: Entry, result: AppendResult): void => {
    if (result.status === 'locked') {
      clock.after(limits.lockedRetryMs, () => {
        if (!isStopped) void commit([entry], limits.unavailableRetryMs)
      })
      return
    }
    const { source, request } = entry
    busy.delete(source)
    if (result.status === 'committed') source.committed(request, result.seq)
    else source.rejected(result.status)
    if (waiting.has(source)) schedule()
  }

  return {
    get bytes() {
      return bytes
    },
    hold(held) {
      bytes += held
    },
    add(source, added) {
      tickBytes += added
      waiting.add(source)
      schedule()
    },
    release(released) {
      bytes -= released
    },
    flush,
    stop() {
      isStopped = true
      cancelTick?.()
    },
  }
}
