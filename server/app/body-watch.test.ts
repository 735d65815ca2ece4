import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Server } from 'node:http'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ANONYMOUS } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import { sendJson } from '#server/platform/http.ts'
import { publicProcedure, router } from '#server/platform/trpc.ts'
import { type BodyWatch, createBodyWatch } from './body-watch.ts'
import { createHttpServer } from './http-server.ts'
import type { AppRouter } from './router.ts'
import { createTrpcMount } from './trpc-mount.ts'

let clock: number
let bodies: BodyWatch
let server: Server
let arrived: ReturnType<typeof vi.fn<(bytes: number) => void>>
const written: string[] = []

beforeEach(async () => {
  clock = 0
  written.length = 0
  arrived = vi.fn<(bytes: number) => void>()
  bodies = createBodyWatch(() => clock)
  const echo = publicProcedure.input(z.string()).mutation(({ input }) => input)
  server = createHttpServer({
    routes: [
      {
        method: 'PUT',
        path: '/upload',
        permission: 'public',
        isUpload: true,
        async handle({ req, res }) {
          let bytes = 0
          for await (const chunk of req as AsyncIterable<Buffer>) arrived((bytes += chunk.length))
          sendJson(res, 200, { bytes })
        },
      },
      {
        method: 'PUT',
        path: '/refused',
        permission: 'public',
        isUpload: true,
        async handle({ req }) {
          const isWhole = req.headers['x-reader'] !== 'gives-up'
          for await (const chunk of req.iterator({ destroyOnReturn: !isWhole }) as AsyncIterable<Buffer>)
            throw new AppError('path_exists', `after ${chunk.length}`)
        },
      },
      { method: 'GET', path: '/page', permission: 'public', handle: ({ res }) => sendJson(res, 200, {}) },
    ],
    handleTrpc: createTrpcMount(router({ echo }) as unknown as AppRouter),
    staticFiles: { serve: async () => {} },
    isOriginAllowed: () => true,
    isHttps: false,
    resolveActor: async () => ANONYMOUS,
    loadWorkspace: async () => null,
    isActorValid: async () => true,
    liveRequests: { track: () => {} },
    trustedProxyHops: 0,
    log: pino({ level: 'warn' }, { write: (line: string) => void written.push(line) }),
    bodies,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** Sends a head, and collects what comes back until the connection ends. */
const begin = (head: string): { socket: Socket; answer: Promise<string> } => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`${head}\r\nhost: x\r\nsec-fetch-site: same-origin\r\n`)
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString()))
  // What is still on its way to a connection that is cut resets it.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const answer = closed.then(() => text.split('\r\n')[0] ?? '')
  return { socket, answer }
}
const JSON_HEAD = 'content-type: application/json\r\ncontent-length: 1000\r\n\r\n"'

it('cuts a request whose JSON is not there after 30 s, however steadily it drips', async () => {
  const { socket, answer } = begin('POST /trpc/echo HTTP/1.1')
  const isHere = once(server, 'request')
  socket.write(JSON_HEAD)
  await isHere
  clock = 30_000
  socket.write('x')
  bodies.look()
  expect(socket.destroyed).toBe(false)
  clock = 30_001
  bodies.look()
  expect(await answer).toBe('HTTP/1.1 408 Request Timeout')
  expect(written).toEqual([])
})

it('cuts a connection that was answered and still owes a body', async () => {
  const { socket, answer } = begin('GET /page HTTP/1.1')
  const isAnswered = once(socket, 'data')
  socket.write('content-length: 1000\r\n\r\nx')
  await isAnswered
  clock = 30_001
  bodies.look()
  expect(await answer).toBe('HTTP/1.1 200 OK')
})

it('lets an upload go on for as long as bytes come, and cuts it when they no longer do', async () => {
  const { socket, answer } = begin('PUT /upload HTTP/1.1')
  socket.write('content-length: 10000000\r\n\r\nx')
  await vi.waitFor(() => expect(arrived).toHaveBeenLastCalledWith(1))
  for (let minute = 1; minute <= 5; minute++) {
    socket.write(Buffer.alloc(20_000))
    await vi.waitFor(() => expect(arrived).toHaveBeenLastCalledWith(1 + minute * 20_000))
    clock += 60_001
    bodies.look()
  }
  expect(socket.destroyed).toBe(false)
  socket.write('drip')
  await vi.waitFor(() => expect(arrived).toHaveBeenLastCalledWith(100_005))
  clock += 60_001
  bodies.look()
  expect(await answer).toBe('HTTP/1.1 408 Request Timeout')
})

it('looks unharmed at an upload whose reader gave up on it while its body still comes', async () => {
  const { socket, answer } = begin('PUT /refused HTTP/1.1\r\nx-reader: gives-up')
  socket.write('content-length: 1000\r\n\r\nx')
  await answer
  expect(() => bodies.look()).not.toThrow()
})

it('takes the rest of a refused upload, so that its sender hears the reason, and the next on the connection', async () => {
  const { socket, answer } = begin('PUT /refused HTTP/1.1')
  const heard = vi.fn<(status: string | undefined) => void>()
  socket.on('data', (chunk) => heard(chunk.toString().split('\r\n')[0]))
  socket.write('content-length: 10000000\r\n\r\nx')
  await vi.waitFor(() => expect(heard).toHaveBeenLastCalledWith('HTTP/1.1 409 Conflict'))
  socket.write(Buffer.alloc(9_999_999))
  socket.write('GET /page HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\r\n')
  await vi.waitFor(() => expect(heard).toHaveBeenLastCalledWith('HTTP/1.1 200 OK'))
  socket.destroy()
  await answer
})

it('ends the connection of a refused upload that is larger than any may be', async () => {
  const { socket, answer } = begin('PUT /refused HTTP/1.1')
  socket.write(`content-length: ${(512 << 20) + 1}\r\n\r\nx`)
  expect(await answer).toBe('HTTP/1.1 409 Conflict')
})

it('forgets what arrived whole', async () => {
  const { socket, answer } = begin('PUT /upload HTTP/1.1')
  const isAnswered = once(socket, 'data')
  socket.write('content-length: 1\r\n\r\nx')
  await isAnswered
  clock = 3_600_000
  bodies.look()
  expect(socket.destroyed).toBe(false)
  socket.destroy()
  await answer
})

it('ends a connection that was never used without a word, and tells one whose head stays away', async () => {
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  const isOpen = once(server, 'connection')
  const unused = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let heard = ''
  unused.on('data', (chunk) => (heard += chunk.toString()))
  const [unusedHere] = (await isOpen) as [Socket]
  const isEnded = once(unused, 'close')
  server.emit('clientError', late, unusedHere)
  await isEnded
  expect(heard).toBe('')

  const isThere = once(server, 'connection')
  const { answer } = begin('GET /page HTTP/1.1')
  const [begun] = (await isThere) as [Socket]
  await vi.waitFor(() => expect(begun.bytesRead).toBeGreaterThan(0))
  server.emit('clientError', late, begun)
  expect(await answer).toBe('HTTP/1.1 408 Request Timeout')
})
