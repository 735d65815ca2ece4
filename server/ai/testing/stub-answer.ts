import type { ServerResponse } from 'node:http'

export interface StubRequest {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

export const STUB_FAULTS = [
  'one-byte-writes',
  'crlf',
  'comments',
  'no-done',
  'no-finish',
  'reset-before-headers',
  'reset-before-first',
  'reset-mid',
  'end-mid',
  'stall-before-headers',
  'stall-before-first',
  'stall-mid',
  'stall-after-done',
  'malformed-first',
  'malformed-mid',
  'error-first',
  'error-mid',
  'usage-beside-content',
  'usage-in-choice',
  'no-usage',
  'empty-tabby',
  'huge-event',
] as const
export type StubFault = (typeof STUB_FAULTS)[number]

export interface StubPlan {
  /** What it says; "Hello", " wor", "ld" without. */
  readonly pieces?: readonly string[]
  /** A tool of this name is called too, with these arguments. */
  readonly toolCall?: { readonly name: string; readonly arguments: string }
  readonly fault?: StubFault
  /** Instead of an answer. */
  readonly status?: { readonly code: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  /** Before each piece; resolves when the piece may go. */
  readonly beforePiece?: (index: number) => Promise<void> | void
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

const WORDS = ['Hello', ' wor', 'ld']
/** What upstreams say in errors, and nobody else may. */
export const UPSTREAM_SECRET = 'upstream-text-7c1f'

class Reset extends Error {}
const forever = (): Promise<void> => new Promise(() => {})

/** Writes one answer in the form that was asked for: a stream of chat or completion chunks, or Tabby's object. */
export async function writeAnswer(res: ServerResponse, request: StubRequest, plan: StubPlan): Promise<void> {
  const { fault, status } = plan
  if (status) {
    const body = status.body ?? { error: { message: UPSTREAM_SECRET, type: 'error', param: null, code: status.code } }
    res.writeHead(status.code, { 'content-type': 'application/json', ...status.headers })
    res.end(JSON.stringify(body))
    return
  }
  if (fault === 'reset-before-headers') return void res.socket?.resetAndDestroy()
  if (fault === 'stall-before-headers') return forever()
  if ('segments' in request.body) return writeTabby(res, plan)
  res.writeHead(200, { 'content-type': 'text/event-stream', 'x-upstream-secret': UPSTREAM_SECRET })
  res.flushHeaders()
  try {
    await writeStream(res, request, plan)
  } catch (error) {
    if (!(error instanceof Reset)) throw error
    res.socket?.resetAndDestroy()
  }
}

async function writeTabby(res: ServerResponse, plan: StubPlan): Promise<void> {
  await plan.beforePiece?.(0)
  const text = plan.fault === 'empty-tabby' ? '' : (plan.pieces ?? WORDS).join('')
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ id: 'cmpl-tabby', choices: [{ index: 0, text }] }))
}

async function writeStream(res: ServerResponse, request: StubRequest, plan: StubPlan): Promise<void> {
  const { fault, pieces = WORDS } = plan
  const isChat = request.path.endsWith('/chat/completions')
  const usage = plan.usage ?? { prompt_tokens: 7, completion_tokens: pieces.length, total_tokens: 7 + pieces.length }
  const wantsUsage = (request.body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true
  const newline = fault === 'crlf' ? '\r\n' : '\n'

  const send = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text)
    const size = fault === 'one-byte-writes' ? 1 : bytes.length
    for (let at = 0; at < bytes.length; at += size) {
      if (res.destroyed) return
      if (!res.write(bytes.subarray(at, at + size))) await drained(res)
      // A write of its own on the wire, or the kernel puts them together again.
      if (size === 1) await new Promise(setImmediate)
    }
  }
  const event = (data: unknown): Promise<void> =>
    send(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}${newline}${newline}`)
  const chunk = (choices: unknown, more: object = {}): Promise<void> =>
    event({
      id: 'cmpl-1',
      object: isChat ? 'chat.completion.chunk' : 'text_completion',
      created: 1,
      model: 'upstream-model',
      choices,
      ...more,
    })
  const choice = (text: string) => (isChat ? { index: 0, delta: { content: text } } : { index: 0, text })
  const failInBand = (): Promise<void> =>
    event({ error: { message: UPSTREAM_SECRET, type: 'None', param: 'None', code: '500' } })

  if (isChat) await chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])
  if (fault === 'reset-before-first') throw new Reset()
  if (fault === 'stall-before-first') return forever()
  if (fault === 'error-first') return void (await failInBand(), res.end())
  if (fault === 'malformed-first') return void (await event('{"choices": [{'), res.end())
  if (fault === 'huge-event') return void (await send(`data: ${'x'.repeat(200 << 10)}`), res.end())

  const middle = Math.max(1, Math.floor(pieces.length / 2))
  for (const [index, piece] of pieces.entries()) {
    await plan.beforePiece?.(index)
    if (res.destroyed) return
    if (index === middle) {
      if (fault === 'reset-mid') throw new Reset()
      if (fault === 'end-mid') return void res.end()
      if (fault === 'stall-mid') return forever()
      if (fault === 'error-mid') return void (await failInBand(), res.end())
      if (fault === 'malformed-mid') return void (await event('{"choices": [{'), res.end())
    }
    if (fault === 'comments') await send(`: still here${newline}${newline}`)
    const isLast = index === pieces.length - 1
    await chunk([choice(piece)], fault === 'usage-beside-content' && isLast ? { usage } : {})
  }
  if (plan.toolCall) {
    const call = { index: 0, id: 'call-1', type: 'function', function: plan.toolCall }
    await chunk([{ index: 0, delta: { tool_calls: [call] } }])
  }
  const finish = isChat ? { index: 0, delta: {} } : { index: 0, text: '' }
  if (fault !== 'no-finish') await chunk([{ ...finish, finish_reason: 'stop' }])
  if (wantsUsage && fault !== 'no-usage' && fault !== 'usage-beside-content') {
    const litellm = isChat ? [{ index: 0, delta: {} }] : [{ index: 0 }]
    await chunk(fault === 'usage-in-choice' ? litellm : [], { usage })
  }
  if (fault !== 'no-done') await event('[DONE]')
  if (fault === 'stall-after-done') return forever()
  res.end()
}

/** Room again, or the other side gone. */
const drained = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done)
      res.off('close', done)
      resolve()
    }
    res.once('drain', done)
    res.once('close', done)
  })
