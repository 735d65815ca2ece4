import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AiRunId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { createStreamWriter } from '../stream-writer.ts'
import { describeStreams, readAll } from './contract.ts'
import { createRedisStreams } from './redis-streams.ts'

let redis: ChildProcess
let folder: string
let url: string
beforeAll(async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-redis-'))
  url = `redis://127.0.0.1:${port}`
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  redis = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] })
  const isReady = new Promise<void>((resolve, reject) => {
    redis.once('error', () => reject(new Error('Redis is missing. Install it: apt-get install redis-server')))
    redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    createInterface({ input: redis.stdout! }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve()
    })
  })
  await isReady
})
afterAll(async () => {
  redis.kill()
  await rm(folder, { recursive: true, force: true })
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
