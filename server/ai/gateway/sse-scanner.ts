const LF = 10
const CR = 13

/** The upstream's line of events grew past what is kept of one. */
export class EventTooLong extends Error {}

export interface ServerSentEvent {
  /** The event as it came, with the blank line that ends it. */
  readonly bytes: Buffer
  /** Its data lines, joined; null for comments and other fields alone. */
  readonly data: string | null
}

/**
 * Cuts a byte stream into server-sent events, whatever pieces it comes in: characters are decoded only once an event
 * is whole, so a split one cannot break. Keeps at most `maxBytes` of an unfinished event (WHATWG HTML, 9.2.6; a lone
 * CR as line end is not understood, and no server sends it).
 */
export function createSseScanner(maxBytes: number): {
  feed(chunk: Buffer): ServerSentEvent[]
  /** What came after the last whole event. */
  isMidEvent(): boolean
} {
  let parts: Buffer[] = []
  let size = 0

  const keep = (rest: Buffer): void => {
    if (rest.length === 0) return
    parts.push(rest)
    size += rest.length
    if (size > maxBytes) throw new EventTooLong()
  }

  return {
    feed(chunk) {
      // Without a line end nothing can be whole: a stream of single bytes must not cost a copy for each.
      if (!chunk.includes(LF)) {
        keep(chunk)
        return []
      }
      const bytes = parts.length > 0 ? Buffer.concat([...parts, chunk]) : chunk
      parts = []
      size = 0
      const { events, rest } = cut(bytes)
      keep(rest)
      return events
    },
    isMidEvent: () => size > 0,
  }
}

function cut(bytes: Buffer): { events: ServerSentEvent[]; rest: Buffer } {
  const events: ServerSentEvent[] = []
  let eventStart = 0
  let lineStart = 0
  let data: string | null = null
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, lineStart)) {
    const lineEnd = end > lineStart && bytes[end - 1] === CR ? end - 1 : end
    if (lineEnd === lineStart) {
      // Blank lines before the first line of an event belong to none.
      if (lineStart > eventStart) events.push({ bytes: bytes.subarray(eventStart, end + 1), data })
      eventStart = end + 1
      data = null
    } else if (isData(bytes, lineStart)) {
      const from = lineStart + (bytes[lineStart + 5] === 0x20 ? 6 : 5)
      const line = bytes.toString('utf8', from, lineEnd)
      data = data === null ? line : `${data}\n${line}`
    }
    lineStart = end + 1
  }
  return { events, rest: bytes.subarray(eventStart) }
}

/** Whether the line starts with `data:`. */
const isData = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0x64 &&
  bytes[at + 1] === 0x61 &&
  bytes[at + 2] === 0x74 &&
  bytes[at + 3] === 0x61 &&
  bytes[at + 4] === 0x3a
