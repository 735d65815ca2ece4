import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type StubPlan, type StubRequest, writeAnswer } from './stub-answer.ts'

export interface SeenRequest extends StubRequest {
  readonly headers: IncomingMessage['headers']
  /** Resolves to the moment (performance.now) its socket closed or its answer ended, and whether it was cut off. */
  readonly closed: Promise<{ readonly at: number; readonly isCut: boolean }>
}

export interface StubUpstream {
  /** With `/v1`, as providers of OpenAI's kind are configured. */
  readonly baseUrl: string
  readonly root: string
  readonly seen: readonly SeenRequest[]
  /** Resolves once so many requests have come. */
  untilSeen(count: number): Promise<SeenRequest>
  /** Connections that are open now. */
  openSockets(): number
  /** The process may end while it still listens. */
  unref(): void
  close(): Promise<void>
}

/**
 * A model server over real HTTP that answers in the forms of vLLM, LiteLLM and Tabby, with every fault one of them was
 * seen to have. `behave` says for each request how; what it returns may wait for the test.
 */
export async function startStubUpstream(
  behave: (request: StubRequest, index: number) => StubPlan = () => ({}),
): Promise<StubUpstream> {
  const seen: SeenRequest[] = []
  const waiting = new Set<() => void>()
  const server = createServer({ keepAliveTimeout: 5000 }, (req, res) => {
    void receive(req, res).catch(() => res.destroy())
  })

  const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { promise: closed, resolve } = Promise.withResolvers<{ at: number; isCut: boolean }>()
    res.once('close', () => resolve({ at: performance.now(), isCut: !res.writableFinished }))
    const request: StubRequest = { path: req.url ?? '', body: await readBody(req) }
    seen.push({ ...request, headers: req.headers, closed })
    const plan = behave(request, seen.length - 1)
    for (const wake of waiting) wake()
    await writeAnswer(res, request, plan)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<object>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    baseUrl: `${root}/v1`,
    root,
    seen,
    async untilSeen(count) {
      while (seen.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
      }
      return seen[count - 1]!
    },
    openSockets: () => sockets.size,
    unref: () => void server.unref(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(req: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = []
  for await (const part of req as AsyncIterable<Buffer>) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
