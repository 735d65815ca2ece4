import type { AiRunId } from '#shared/ids.ts'
import { createMemoryStreams } from './memory-streams.ts'
import { type RunStreams, STREAM_TTL_MS } from './run-streams.ts'

/**
 * Runs of this node are read from its own memory, those of others from what all nodes share: while that is away, who
 * reads here what is made here notices nothing.
 */
export function createNodeStreams(shared: RunStreams, now: () => number = Date.now): RunStreams {
  const own = createMemoryStreams(now)
  /** when a run of this node was last written to */
  const mine = new Map<AiRunId, number>()

  const note = (runId: AiRunId): void => {
    mine.delete(runId)
    mine.set(runId, now())
    for (const [old, at] of mine) {
      // The oldest come first.
      if (at >= now() - STREAM_TTL_MS) break
      mine.delete(old)
    }
  }

  return {
    begin(runId) {
      note(runId)
      own.begin(runId)
      shared.begin(runId)
    },
    async append(runId, start, text) {
      note(runId)
      await own.append(runId, start, text)
      await shared.append(runId, start, text)
    },
    async replace(runId, text) {
      note(runId)
      await own.replace(runId, text)
      await shared.replace(runId, text)
    },
    async end(runId) {
      // That of a dead node is ended where it is.
      if (mine.has(runId)) await own.end(runId)
      await shared.end(runId)
    },
    read: (runId, from, signal) => (mine.has(runId) ? own : shared).read(runId, from, signal),
    async close() {
      await own.close()
      await shared.close()
    },
  }
}
