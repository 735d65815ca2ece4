import type { ServerResponse } from 'node:http'
import type { Clock } from '../gateway/clock.ts'
import type { Sink } from '../gateway/sink.ts'

export interface StreamSink extends Sink {
  /** Ends the stream, with this as its last event. */
  end(lastEvent: string): void
  hasBegun(): boolean
  stop(): void
}

const PING_MS = 15_000
/** Until then a refusal keeps its status; a client and what stands before it are told no later that we are at it. */
const HEADERS_MS = 2000

/** Server-sent events to a client, as the upstream wrote them, with a sign of life while it thinks. */
export function createStreamSink(
  res: ServerResponse,
  { clock, wantsUsage }: { clock: Clock; wantsUsage: boolean },
): StreamSink {
  let cancelPing = (): void => {}
  const cancelHeaders = clock.after(HEADERS_MS, () => open())

  const ping = (): void => {
    cancelPing = clock.after(PING_MS, () => {
      if (res.destroyed) return
      if (!res.writableNeedDrain) res.write(': ping\n\n')
      ping()
    })
  }
  const open = (): void => {
    if (res.headersSent || res.destroyed) return
    cancelHeaders()
    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx holds answers back unless told.
      'x-accel-buffering': 'no',
    })
    res.flushHeaders()
    ping()
  }
  const stop = (): void => {
    cancelHeaders()
    cancelPing()
  }
  return {
    opened: open,
    write(bytes, delta) {
      if (delta.isUsageOnly && !wantsUsage) return true
      return res.write(bytes)
    },
    drained: () => new Promise((resolve) => res.once('drain', resolve)),
    hasBegun: () => res.headersSent,
    end(lastEvent) {
      stop()
      open()
      cancelPing()
      res.end(`data: ${lastEvent}\n\n`)
    },
    stop,
  }
}
