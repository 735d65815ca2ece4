import { io, type Socket } from 'socket.io-client'
import type { ChatRoom } from './subjects.ts'
import { nowUs, type Wish } from './wish.ts'

interface Chunk {
  readonly runId: string
  readonly offset: number
  readonly text: string
}
type Ack = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: string }

const ACK_MS = 10_000

/** One browser in the chat, as the product's own client behaves; a fresh connection each time. */
export interface Viewer {
  /** Follows the run from the start; resolves with the first text. */
  follow(runId: string): Promise<Chunk>
  /** from the upstream's write to here, of every token but those that were there before, in ms */
  readonly transitMs: readonly number[]
  close(): void
}

export async function openViewer(room: ChatRoom, index: number): Promise<Viewer> {
  const { origin, workspaceId, chatId } = room
  const socket: Socket = io(origin, {
    path: '/socket.io',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin, cookie: room.cookies[index % room.cookies.length]! },
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject))
  const emit = async (event: string, input: object): Promise<void> => {
    const answer = (await socket.timeout(ACK_MS).emitWithAck(event, input)) as Ack
    if (!answer.ok) throw new Error(`${event} was answered with ${answer.code}`)
  }
  await emit('chat.join', { workspaceId, chatId })
  const transitMs: number[] = []
  let has = 0
  return {
    transitMs,
    async follow(runId) {
      const first = new Promise<Chunk>((resolve) => {
        socket.on('chat.chunk', (chunk: Chunk, done: () => void) => {
          const at = nowUs()
          done()
          if (chunk.runId !== runId) return
          // What was said before is told at once and says nothing of the way.
          if (has > 0) for (const [, us] of chunk.text.matchAll(/t=(\d+);/g)) transitMs.push((at - Number(us)) / 1000)
          has = chunk.offset + chunk.text.length
          resolve(chunk)
        })
      })
      await emit('chat.follow', { workspaceId, chatId, runId, offset: 0 })
      return first
    },
    close: () => void socket.disconnect(),
  }
}

/** Asks in the chat, and resolves with the run once it is under way. */
export async function askInChat(room: ChatRoom, wish: Wish): Promise<string> {
  const { workspaceId, chatId } = room
  const messageId = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
  const place = { type: 'after', messageId: null }
  await call(room, 'chat.ask', 'POST', {
    workspaceId,
    chatId,
    messageId,
    place,
    text: JSON.stringify(wish),
    attachments: [],
  })
  for (;;) {
    const state = (await call(room, 'chat.read', 'GET', { workspaceId, chatId })) as {
      runs: { id: string; messageId: string; status: string }[]
    }
    const run = state.runs.find((one) => one.messageId === messageId)
    if (run?.status === 'running') return run.id
    if (run !== undefined && run.status !== 'queued') throw new Error(`the run is ${run.status}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Ends the run, and waits for its end. */
export async function stopRun(room: ChatRoom, runId: string): Promise<void> {
  const { workspaceId, chatId } = room
  await call(room, 'chat.stop', 'POST', { workspaceId, chatId, runId })
}

async function call(
  { origin, cookies }: ChatRoom,
  name: string,
  method: 'GET' | 'POST',
  input: object,
): Promise<unknown> {
  const query = method === 'GET' ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''
  const answer = await fetch(`${origin}/trpc/${name}${query}`, {
    method,
    headers: { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', cookie: cookies[0]! },
    ...(method === 'POST' ? { body: JSON.stringify(input) } : {}),
  })
  const body = (await answer.json()) as { result?: { data: unknown } }
  if (!answer.ok || !body.result) throw new Error(`${name} was answered with ${answer.status}: ${JSON.stringify(body)}`)
  return body.result.data
}
