import type { IncomingMessage } from 'node:http'
import { BUFFER_BYTES, type Reading } from './reading.ts'

/**
 * Reads Tabby's answer, which is one JSON object, and passes it on as the one event of a stream. An empty text may be
 * Tabby's way to say that its own model failed (it answers 200 then); it is passed on as "nothing to suggest".
 */
export function readTabbyAnswer(response: IncomingMessage, reading: Reading): void {
  const { sink, tally } = reading
  const parts: Buffer[] = []
  let size = 0
  response.on('data', (piece: Buffer) => {
    if (reading.isOver()) return
    parts.push(piece)
    size += piece.length
    if (size > BUFFER_BYTES) reading.fail({ type: 'malformed' })
  })
  response.on('end', () => {
    if (reading.isOver()) return
    const answer = parse(Buffer.concat(parts))
    if (answer === null) return reading.fail({ type: 'malformed' })
    tally.hasContent = true
    tally.firstContentAt = reading.now()
    tally.pieces = 1
    tally.textLength = answer.text.length
    tally.finishReason = 'stop'
    tally.upstreamId = answer.id
    const event = { object: 'text_completion', choices: [{ index: 0, text: answer.text, finish_reason: 'stop' }] }
    sink.write(Buffer.from(`data: ${JSON.stringify(event)}\n\n`), {
      type: 'delta',
      text: answer.text,
      hasContent: true,
      finishReason: 'stop',
      usage: null,
      isUsageOnly: false,
      toolCalls: [],
    })
    reading.done()
  })
}

function parse(bytes: Buffer): { id: string | null; text: string } | null {
  let body: unknown
  try {
    body = JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
  if (typeof body !== 'object' || body === null) return null
  const { id, choices } = body as { id?: unknown; choices?: unknown }
  if (!Array.isArray(choices)) return null
  const first: unknown = choices[0]
  const text: unknown = typeof first === 'object' && first !== null ? (first as { text?: unknown }).text : ''
  return { id: typeof id === 'string' ? id.slice(0, 200) : null, text: typeof text === 'string' ? text : '' }
}
