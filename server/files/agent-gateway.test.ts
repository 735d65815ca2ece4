import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { AGENT_NAMESPACE, AGENT_PATH } from '#shared/protocol/agent.ts'
import { createControlBus } from '#server/platform/control.ts'
import { type AgentGateway, type AgentGatewayOptions, createAgentGateway } from './agent-gateway.ts'
import { serveAgent } from './serve-agent.ts'

const HOSTILE = 'h'.repeat(22) as WorkspaceId
const OTHER = 'o'.repeat(22) as WorkspaceId
const OWN_DOCUMENT = 'd'.repeat(22) as DocumentId
const FOREIGN_DOCUMENT = 'f'.repeat(22) as DocumentId

const broadcast = vi.fn()
const onLeft = vi.fn()
const trees = { part: vi.fn(), replace: vi.fn(() => 1), apply: vi.fn((_id, delta) => delta) }
let gateway: AgentGateway
let server: Server
let clock: number
let sockets: Socket[]

beforeEach(async () => {
  vi.clearAllMocks()
  clock = 1_000_000
  sockets = []
  gateway = createAgentGateway({
    control: createControlBus(() => {}),
    onConnected: (agent, socket, cutOff) =>
      serveAgent({
        agent,
        socket,
        cutOff,
        trees,
        broadcast,
        onLeft,
        log: pino({ level: 'silent' }),
        rows: { belongs: async (_: WorkspaceId, id: DocumentId) => id === OWN_DOCUMENT },
      } as unknown as Parameters<typeof serveAgent>[0]),
    onDisconnected: () => {},
    log: pino({ level: 'silent' }),
    now: () => clock,
  } satisfies AgentGatewayOptions)
  server = createServer()
  server.on('upgrade', (req, socket, head) => {
    const workspaceId = String(req.headers['x-workspace']) as WorkspaceId
    const actor: Actor = { type: 'agent', workspaceId, generation: 1 }
    gateway.route.handle({ req, socket, head, actor, url: new URL('http://internal'), params: {} })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const socket of sockets) socket.disconnect()
  await gateway.close()
  server.closeAllConnections()
  server.close()
})

const connect = async (workspace: WorkspaceId): Promise<Socket> => {
  const socket = io(`http://127.0.0.1:${(server.address() as AddressInfo).port}${AGENT_NAMESPACE}`, {
    path: AGENT_PATH,
    transports: ['websocket'],
    extraHeaders: { 'x-workspace': workspace },
    reconnection: false,
    forceNew: true,
  })
  sockets.push(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  await gateway.whenConnected(workspace, 1000)
  return socket
}

const answering = (socket: Socket, call: string, answer: unknown): void =>
  void socket.on(call, (_input: unknown, done: (answer: unknown) => void) => done(answer))

const cut = (socket: Socket) => new Promise<string>((resolve) => socket.once('disconnect', resolve))

describe('answers', () => {
  it('takes an error code it does not know for an internal one', async () => {
    answering(await connect(HOSTILE), 'files.stat', { ok: false, code: 'toString', message: 'x'.repeat(9999) })
    const error = await gateway.call(HOSTILE, 'files.stat', { path: 'a' }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'internal', message: 'x'.repeat(200) })
  })

  const entry = { path: 'a', kind: 'file', size: 1, mtimeMs: 1 }
  it.each<[string, object, unknown]>([
    ['files.stat', { path: 'a' }, null],
    ['files.stat', { path: 'a' }, { ok: true }],
    ['files.stat', { path: 'a' }, { ok: true, value: { entry, realPath: '../../etc/passwd' } }],
    ['files.stat', { path: 'a' }, { ok: true, value: { entry, realPath: '/etc/passwd' } }],
    ['files.stat', { path: 'a' }, { ok: true, value: { entry, realPath: 'a//b' } }],
    ['files.stat', { path: 'a' }, { ok: true, value: { entry, realPath: 'a\0' } }],
    ['files.stat', { path: 'a' }, { ok: true, value: { entry: { ...entry, size: -1 }, realPath: 'a' } }],
    ['files.read', { path: 'a', offset: 0, length: 1 }, { ok: true, value: { bytes: 'text', size: 4 } }],
    ['files.read', { path: 'a', offset: 0, length: 1 }, { ok: true, value: { bytes: Buffer.alloc(1 << 20), size: 4 } }],
    ['files.rename', { from: 'a', to: 'b' }, { ok: true, value: { moved: Array(17).fill({ from: 'a', to: 'b' }) } }],
    ['files.restore', { trashId: 'a' }, { ok: true, value: { path: './a' } }],
    ['documents.attach', { documentId: OWN_DOCUMENT, path: 'a', epoch: 1 }, { ok: true, value: { realPath: 'a' } }],
  ])('cuts off an agent that answers %s %j with %j', async (call, input, answer) => {
    const socket = await connect(HOSTILE)
    answering(socket, call, answer)
    const isCut = cut(socket)
    await expect(gateway.call(HOSTILE, call as 'files.stat', input as { path: string })).rejects.toMatchObject({
      code: 'agent_offline',
    })
    await isCut
  })

  it('leaves out listed names that nobody could ask for, and keeps the odd ones a disk may hold', async () => {
    const names = ['plain', '../up', 'a\\b', '', 'line\nbreak', '.pairloom~tmp-1', 'x'.repeat(4097), 7]
    const entries = [...names.map((path) => ({ ...entry, path })), null]
    answering(await connect(HOSTILE), 'files.list', { ok: true, value: { entries } })
    const list = await gateway.call(HOSTILE, 'files.list', { path: '.' })
    expect(list.entries.map(({ path }) => path)).toEqual(['plain', 'a\\b', 'line\nbreak'])
  })
})

describe('events', () => {
  it.each<[string, unknown]>([
    ['tree.snapshot', { revision: 1, entries: 'many' }],
    ['tree.snapshot', { revision: 1, entries: Array(2001).fill(null) }],
    ['tree.part', null],
    ['tree.delta', { fromRevision: 0, revision: 2 ** 60, upserts: [], removes: [] }],
    ['file.status', { documentId: '../x', status: 'on-disk' }],
    ['document.seed', { documentId: OWN_DOCUMENT, offset: 0, bytes: Buffer.alloc(1 << 20), isLast: false }],
    ['base.set', { documentId: OWN_DOCUMENT, seq: -1, sha256: 'x', lineEndings: '' }],
  ])('cuts off an agent that says %s %j', async (event, payload) => {
    const socket = await connect(HOSTILE)
    const isCut = cut(socket)
    socket.emit(event, payload)
    await isCut
    expect(broadcast).not.toHaveBeenCalled()
  })

  it('lets nobody say that another workspace’s document was left', async () => {
    const socket = await connect(HOSTILE)
    socket.emit('document.left', { documentId: FOREIGN_DOCUMENT })
    socket.emit('document.left', { documentId: OWN_DOCUMENT })
    await vi.waitFor(() => expect(onLeft).toHaveBeenCalled())
    expect(onLeft.mock.calls).toEqual([[OWN_DOCUMENT]])
  })

  it('cuts off one that floods, keeps it out a while, and leaves others alone', async () => {
    const [hostile, other] = [await connect(HOSTILE), await connect(OTHER)]
    answering(other, 'files.settle', { ok: true, value: { isSettled: true } })
    const isCut = cut(hostile)
    for (let i = 0; i < 6000; i++) hostile.emit('document.left', { documentId: FOREIGN_DOCUMENT })
    await isCut
    await expect(connect(HOSTILE)).rejects.toThrow('websocket error')
    const settle = { documentIds: [], timeoutMs: 1 }
    expect(await gateway.call(OTHER, 'files.settle', settle)).toEqual({ isSettled: true })
    clock += 5_000
    expect((await connect(HOSTILE)).connected).toBe(true)
  })
})
