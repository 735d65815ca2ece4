import type { IncomingMessage } from 'node:http'
import { readChunk } from './read-chunk.ts'
import { BUFFER_BYTES, type Reading } from './reading.ts'
import type { Delta } from './sink.ts'
import { createSseScanner, EventTooLong, type ServerSentEvent } from './sse-scanner.ts'

interface Held {
  readonly bytes: Buffer
  readonly delta: Delta
}

/**
 * Passes whole events on as they came. What precedes the first content is held, so that a failure up to there can
 * still be mended elsewhere; an event that reports an error is never passed on, since it may quote the prompt.
 */
export function readEvents(response: IncomingMessage, reading: Reading): void {
  const { sink, tally, fail } = reading
  const scanner = createSseScanner(BUFFER_BYTES)
  const held: Held[] = []
  let heldBytes = 0

  const pass = (bytes: Buffer, delta: Delta): void => {
    if (sink.write(bytes, delta) || response.isPaused()) return
    response.pause()
    reading.paused()
    void sink.drained().then(() => {
      if (reading.isOver()) return
      reading.resumed()
      response.resume()
    })
  }

  const flush = (): void => {
    for (const { bytes, delta } of held.splice(0)) pass(bytes, delta)
  }

  const take = (bytes: Buffer, delta: Delta): void => {
    if (delta.usage) tally.usage = delta.usage
    if (delta.finishReason) tally.finishReason = delta.finishReason
    if (!delta.hasContent) {
      if (tally.hasContent) return pass(bytes, delta)
      held.push({ bytes, delta })
      heldBytes += bytes.length
      return heldBytes > BUFFER_BYTES ? fail({ type: 'malformed' }) : undefined
    }
    if (!tally.hasContent) {
      tally.hasContent = true
      tally.firstContentAt = reading.now()
      reading.firstContent()
      flush()
    }
    tally.pieces += 1
    tally.textLength += delta.text.length
    pass(bytes, delta)
  }

  /** Success needs a finish; without one the stream was cut, however politely. [DONE] alone may be missing. */
  const end = (): void => {
    if (tally.finishReason === null) return fail({ type: 'cut' })
    flush()
    reading.done()
  }

  const handle = ({ bytes, data }: ServerSentEvent): void => {
    // Comments are the upstream's own sign of life; we have ours.
    if (data === null) return
    const chunk = readChunk(data)
    switch (chunk.type) {
      case 'end':
        return end()
      case 'error':
        return fail({ type: 'status', status: chunk.status, retryAfterMs: null, reason: null })
      case 'malformed':
        return fail({ type: 'malformed' })
      case 'delta':
        return take(bytes, chunk)
    }
  }

  response.on('data', (piece: Buffer) => {
    if (reading.isOver()) return
    if (tally.hasContent && !response.isPaused()) reading.progressed()
    try {
      for (const event of scanner.feed(piece)) {
        handle(event)
        if (reading.isOver()) return
      }
    } catch (error) {
      if (!(error instanceof EventTooLong)) throw error
      fail({ type: 'malformed' })
    }
  })
  response.on('end', () => reading.isOver() || end())
}
