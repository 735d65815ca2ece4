import type { AiRunId } from '#shared/ids.ts'
import { type RunStreams, STREAM_TTL_MS, type StreamPiece } from './run-streams.ts'

interface Kept {
  text: string
  isEnded: boolean
  changedAt: number
  readonly waiting: Set<() => void>
}

/** Streams of one node. A slow reader gets what it missed as one piece, so it never holds more than the text itself. */
export function createMemoryStreams(now: () => number = Date.now): RunStreams {
  const streams = new Map<AiRunId, Kept>()

  const keep = (runId: AiRunId): Kept => {
    const kept = streams.get(runId) ?? { text: '', isEnded: false, changedAt: now(), waiting: new Set() }
    streams.set(runId, kept)
    return kept
  }
  const forgetOld = (): void => {
    for (const [runId, { changedAt, waiting }] of streams) {
      if (waiting.size === 0 && changedAt < now() - STREAM_TTL_MS) streams.delete(runId)
    }
  }
  const change = (runId: AiRunId, work: (kept: Kept) => void): Promise<void> => {
    const kept = keep(runId)
    work(kept)
    kept.changedAt = now()
    for (const wake of kept.waiting) wake()
    return Promise.resolve()
  }

  async function* read(runId: AiRunId, from: number, signal: AbortSignal): AsyncGenerator<StreamPiece> {
    const kept = keep(runId)
    let at = from
    while (!signal.aborted) {
      if (at > kept.text.length) at = 0
      if (at < kept.text.length) {
        const text = kept.text.slice(at)
        const start = at
        at += text.length
        yield { type: 'text', start, text }
      } else if (kept.isEnded) {
        yield { type: 'end' }
        return
      } else await changed(kept, signal)
    }
  }

  return {
    begin: (runId) => void keep(runId),
    async append(runId, start, text) {
      if (keep(runId).text.length !== start) throw new Error('another writer wrote to this run')
      await change(runId, (kept) => (kept.text += text))
    },
    replace: (runId, text) => change(runId, (kept) => (kept.text = text)),
    async end(runId) {
      await change(runId, (kept) => (kept.isEnded = true))
      forgetOld()
    },
    read,
    close: () => Promise.resolve(),
  }
}

function changed({ waiting }: Kept, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    waiting.add(wake)
    signal.addEventListener('abort', wake)
  })
}
