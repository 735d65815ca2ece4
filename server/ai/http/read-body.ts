import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'

const MAX_BYTES = 3 << 20
/** What is too large is still read this far, so that the refusal reaches a client that sends before it listens. */
const DRAIN_BYTES = 32 << 20

/** The body as its schema says, or `unsupported_media`, `too_large`, `bad_request` with the name of what is wrong. */
export async function readBody<T extends z.ZodType>(req: IncomingMessage, schema: T): Promise<z.output<T>> {
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) throw new AppError('unsupported_media')
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= MAX_BYTES) parts.push(part)
    else parts.length = 0
    if (size > DRAIN_BYTES) break
  }
  if (size > MAX_BYTES) throw new AppError('too_large')
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (cause) {
    throw new AppError('bad_request', undefined, { cause })
  }
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const name = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0]
  throw new AppError('bad_request', undefined, { details: { param: String(name ?? '').slice(0, 64) } })
}
