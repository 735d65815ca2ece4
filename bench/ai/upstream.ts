/**
 * A model that says what its last message asks for, `{"pieces","everyMs","firstMs","bytes"}`, each piece with the time
 * at which it was written: all processes of a machine share that clock. Tells its parent when a socket closes early.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nowUs, type Wish } from './wish.ts'

// Peers meet sockets that close under them otherwise, and do not ask again.
const server = createServer({ keepAliveTimeout: 120_000 }, (req, res) => {
  const parts: Buffer[] = []
  // LiteLLM looks around first.
  if (req.method !== 'POST') return void res.writeHead(404).end()
  req.on('data', (part: Buffer) => parts.push(part))
  req.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as { messages: { content: string }[] }
    // In a chat the asker's name comes first.
    answer(res, JSON.parse(body.messages.at(-1)?.content.replace(/^[^{]*/, '') ?? '{}') as Wish)
  })
})

function answer(res: ServerResponse, wish: Wish): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.flushHeaders()
  let sent = 0
  const filler = 'x'.repeat(wish.bytes ?? 0)
  const event = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const write = (): boolean => {
    sent += 1
    return res.write(event({ content: `t=${nowUs()};${filler}` }, null))
  }
  const finish = (): void => {
    const usage = { prompt_tokens: 10, completion_tokens: sent, total_tokens: 10 + sent }
    res.end(`${event({}, 'stop')}data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`)
  }
  const next = (): void => {
    if (res.destroyed) return
    if (sent >= wish.pieces) return finish()
    if (wish.everyMs === 0) {
      if (write()) setImmediate(next)
      else res.once('drain', next)
      return
    }
    write()
    timer = setTimeout(next, Math.max(0, startedAt + sent * wish.everyMs - performance.now()))
  }
  let startedAt = 0
  let timer = setTimeout(() => {
    startedAt = performance.now()
    next()
  }, wish.firstMs)
  res.once('close', () => {
    clearTimeout(timer)
    if (!res.writableFinished && wish.id !== undefined) process.send?.({ id: wish.id, closedUs: nowUs(), sent })
  })
}

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.once('disconnect', () => process.exit(0))
