import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AiRunId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { type RedisServer, startRedisServer } from '../../testing/redis-server.ts'
import { createStreamWriter } from '../stream-writer.ts'
import { describeStreams, readAll } from './contract.ts'
import { createNodeStreams } from './node-streams.ts'
import { createRedisStreams } from './redis-streams.ts'

let server: RedisServer
let url: string
beforeAll(async () => {
  server = await startRedisServer()
  url = server.url
})
afterAll(() => server.stop())

describe('run streams of a node, shared by Redis', () => {
  describeStreams(() => createNodeStreams(createRedisStreams(url)))

  it('are read on other nodes from what is shared', async () => {
    const [writer, reader] = [createNodeStreams(createRedisStreams(url)), createNodeStreams(createRedisStreams(url))]
    const id = newId<AiRunId>()
    const reading = readAll(reader, id)
    await writer.append(id, 0, 'made here, ')
    await writer.append(id, 11, 'read there')
    await writer.end(id)
    expect(await reading).toBe('made here, read there')
    await Promise.all([writer.close(), reader.close()])
  })
})

describe('run streams in Redis', () => {
  describeStreams(() => createRedisStreams(url))

  it('are read on one node while another writes them', async () => {
    const [writer, reader] = [createRedisStreams(url), createRedisStreams(url)]
    const id = newId<AiRunId>()
    const reading = readAll(reader, id)
    await writer.append(id, 0, '한글')
    await writer.append(id, 2, ' and more')
    await writer.end(id)
    expect(await reading).toBe('한글 and more')
    await Promise.all([writer.close(), reader.close()])
  })

  it('are whole again after Redis lost everything in mid-stream, also for who was reading', async () => {
    const streams = createRedisStreams(url)
    const admin = new Redis(url)
    const id = newId<AiRunId>()
    const problems: unknown[] = []
    const { promise: failed, resolve } = Promise.withResolvers<void>()
    const onError = (error: unknown) => (problems.push(error), resolve())
    const writer = createStreamWriter({ streams, runId: id, onError })
    const pieces = streams.read(id, 0, new AbortController().signal)[Symbol.asyncIterator]()
    writer.add('before, ')
    expect((await pieces.next()).value).toEqual({ type: 'text', start: 0, text: 'before, ' })
    await admin.flushall()
    writer.add('away, ')
    await failed
    writer.add('after')
    await writer.end()
    expect((await pieces.next()).value).toEqual({ type: 'text', start: 8, text: 'away, after' })
    expect(await readAll(streams, id)).toBe('before, away, after')
    expect(problems).toHaveLength(1)
    admin.disconnect()
    await streams.close()
  })
})
