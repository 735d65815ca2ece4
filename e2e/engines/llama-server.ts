import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { ChatMessage, Generated, LlamaEngine } from './llama-engine.ts'

interface Asked {
  readonly max_tokens: number
  readonly messages?: readonly ChatMessage[]
  readonly prompt?: string
}

/** An engine behind OpenAI's interface, as far as the gateway uses it: chats and completions, streamed, with usage. */
export async function startLlamaServer(engine: LlamaEngine) {
  const answers: Promise<Generated>[] = []
  const server = createServer((req, res) => {
    void receive(req, res).catch(() => res.destroy())
  })

  const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const asked = (await json(req)) as Asked
    const isChat = req.url === '/v1/chat/completions'
    const tokens = isChat ? engine.chatTokens(asked.messages ?? []) : engine.promptTokens(asked.prompt ?? '')
    const gone = new AbortController()
    res.once('close', () => gone.abort())
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (data: object): void => {
      const head = { id: 'llama', object: isChat ? 'chat.completion.chunk' : 'text_completion', created: 1, model: '' }
      if (!res.destroyed) res.write(`data: ${JSON.stringify({ ...head, ...data })}\n\n`)
    }
    const sendPiece = (text: string, finish: string | null): void =>
      send({ choices: [{ index: 0, ...(isChat ? { delta: { content: text } } : { text }), finish_reason: finish }] })

    const answer = engine.generate(tokens, {
      maxTokens: asked.max_tokens,
      signal: gone.signal,
      onText: (text) => sendPiece(text, null),
    })
    answers.push(answer)
    const { promptTokens, completionTokens, stopReason } = await answer
    sendPiece('', stopReason === 'maxTokens' ? 'length' : 'stop')
    const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens }
    send({ choices: [], usage: { ...usage, total_tokens: promptTokens + completionTokens } })
    res.end('data: [DONE]\n\n')
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** What the engine says of the newest request, once it is done with it. */
    lastAnswer: (): Promise<Generated> => answers.at(-1)!,
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
