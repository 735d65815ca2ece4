import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AiRunId, ChatSessionId } from '#shared/ids.ts'
import { type RedisServer, startRedisServer } from '../testing/redis-server.ts'
import { createNodeStreams } from './streams/node-streams.ts'
import { createRedisStreams } from './streams/redis-streams.ts'
import { createTestChat, type TestChat } from './testing.ts'

let redis: RedisServer
let test: TestChat
beforeAll(async () => {
  redis = await startRedisServer()
  test = await createTestChat(createNodeStreams(createRedisStreams(redis.url)))
})
afterAll(async () => {
  await test.close()
  await redis.stop()
})

/** What a browser has put together of a run. */
function textAt(socketId: string, runId: AiRunId): string {
  let text = ''
  for (const { event, payload, socketId: to } of test.told) {
    const piece = payload as { offset: number; text: string; runId: string }
    if (to !== socketId || event !== 'chat.chunk' || piece.runId !== runId) continue
    expect(piece.offset).toBeLessThanOrEqual(text.length)
    text = text.slice(0, piece.offset) + piece.text
  }
  return text
}

async function beginRun(pieces: readonly string[]) {
  const gates = pieces.map(() => Promise.withResolvers<void>())
  const mina = await test.person('Mina')
  const chatId = await test.chatOf(mina)
  test.behaviour.answer = () => ({ pieces, beforePiece: (index) => gates[index]!.promise })
  await test.emit(mina, 'm', 'chat.join', { chatId })
  await test.as(mina).ask(test.draft(chatId, 'count'))
  const runId = await runningOf(chatId)
  return { mina, chatId, runId, release: (index: number) => gates[index]!.resolve() }
}

async function runningOf(chatId: ChatSessionId): Promise<AiRunId> {
  let id = ''
  await test.until(async () => {
    const row = await test.prisma.aiRun.findFirst({ where: { sessionId: chatId, status: 'running' } })
    id = row?.id ?? ''
    return row !== null
  })
  return id as AiRunId
}

it('Redis killed in mid-stream stops nothing: readers read on, the answer and its end are stored', async () => {
  const { mina, chatId, runId, release } = await beginRun(['one, ', 'two, ', 'three'])
  await test.emit(mina, 'm', 'chat.follow', { chatId, runId, offset: 0 })
  release(0)
  await test.until(() => textAt('m', runId) === 'one, ')
  await redis.kill()
  release(1)
  await test.until(() => textAt('m', runId) === 'one, two, ')
  // Who comes while it is away reads from the start.
  await test.emit(mina, 'late', 'chat.join', { chatId })
  await test.emit(mina, 'late', 'chat.follow', { chatId, runId, offset: 0 })
  await test.until(() => textAt('late', runId) === 'one, two, ')
  release(2)
  expect(await test.settled(mina, chatId)).toMatchObject([{ status: 'done' }])
  await test.until(() => ['m', 'late'].every((at) => textAt(at, runId) === 'one, two, three'))
  const { messages } = await test.as(mina).read({ workspaceId: test.workspaceId, chatId })
  expect(messages.at(-1)?.text).toBe('one, two, three')
  expect(test.gateway.calls).toHaveLength(1)
  await redis.start()
})

it('Redis killed and back, empty, is written anew: another node reads the whole text', async () => {
  const { mina, chatId, runId, release } = await beginRun(['one, ', 'two, ', 'three'])
  const elsewhere = createRedisStreams(redis.url)
  release(0)
  expect(await firstText(elsewhere, runId)).toBe('one, ')
  await redis.kill()
  release(1)
  const isWritingFailed = () =>
    test.logged.some((line) => line.includes('could not be written') && line.includes(runId))
  await vi.waitFor(() => expect(isWritingFailed()).toBe(true), { timeout: 10_000 })
  await redis.start()
  release(2)
  expect(await test.settled(mina, chatId)).toMatchObject([{ status: 'done' }])
  await elsewhere.close()
  const other = createRedisStreams(redis.url)
  expect(await firstText(other, runId)).toBe('one, two, three')
  await other.close()
})

/** What another node is given at once. */
async function firstText(streams: ReturnType<typeof createRedisStreams>, runId: AiRunId): Promise<string> {
  const leaving = new AbortController()
  for await (const piece of streams.read(runId, 0, leaving.signal)) {
    leaving.abort()
    return piece.type === 'text' ? piece.text : ''
  }
  return ''
}
