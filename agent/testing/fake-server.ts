import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { Server as IoServer, type Socket } from 'socket.io'
import { type WebSocket, WebSocketServer } from 'ws'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import {
  AGENT_NAMESPACE,
  AGENT_PATH,
  type AgentResult,
  type AgentToServerEvents,
  type DiskConflict,
  type FileBaseRecord,
  type FileStatus,
  type ServerToAgentEvents,
  type TreeDelta,
  type TreeEntry,
} from '#shared/protocol/agent.ts'
import { MESSAGE, MUX, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import { createHash } from 'node:crypto'

type AgentConnection = Socket<AgentToServerEvents, ServerToAgentEvents>

interface FakeDocument {
  readonly doc: Y.Doc
  /** every update is a row: seq n is history[n - 1] */
  readonly history: Uint8Array[]
  base: FileBaseRecord | null
}

/** An in-memory stand-in for the server's agent namespace and multiplexed door: no access, no limits, no disk. */
export interface FakeServer {
  readonly url: string
  readonly statuses: FileStatus[]
  readonly deltas: TreeDelta[]
  readonly tree: TreeEntry[]
  readonly gone: DocumentId[]
  readonly renamed: { documentId: DocumentId; path: string }[]
  readonly conflicts: DiskConflict[]
  /** called before an answer: a test can kill the agent at this very point */
  before: (call: string) => void | Promise<void>
  document(documentId: DocumentId): FakeDocument
  text(documentId: DocumentId): string
  edit(documentId: DocumentId, change: (text: Y.Text) => void): void
  agent(): Promise<AgentConnection>
  call<T>(ask: (agent: AgentConnection) => Promise<AgentResult<T>>): Promise<T>
  until(isTrue: () => boolean, what: string): Promise<void>
  close(): Promise<void>
}

export async function startFakeServer(): Promise<FakeServer> {
  const http: Server = createServer()
  const io = new IoServer<AgentToServerEvents, ServerToAgentEvents>(http, { path: AGENT_PATH })
  const mux = new WebSocketServer({ noServer: true })
  const documents = new Map<DocumentId, FakeDocument>()
  let connection: AgentConnection | null = null
  let watchers: (() => void)[] = []
  const changed = (): void => {
    for (const watcher of watchers) watcher()
  }
  http.on('upgrade', (request, socket, head) => {
    if (request.url === '/sync') mux.handleUpgrade(request, socket, head, (ws) => serveMux(ws))
  })

  const document = (documentId: DocumentId): FakeDocument => {
    let found = documents.get(documentId)
    if (found === undefined) {
      const fresh: FakeDocument = { doc: new Y.Doc(), history: [], base: null }
      fresh.doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'seed') fresh.history.push(update)
        changed()
      })
      documents.set(documentId, (found = fresh))
    }
    return found
  }

  const serveMux = (ws: WebSocket): void => {
    const ends: (() => void)[] = []
    const send = (channel: number, kind: number, write: (e: encoding.Encoder) => void): void => {
      const e = encoding.createEncoder()
      encoding.writeVarUint(e, channel)
      encoding.writeVarUint(e, kind)
      write(e)
      ws.send(encoding.toUint8Array(e))
    }
    const sendSync = (channel: number, step: number, body: Uint8Array): void =>
      send(channel, MUX.message, (e) => {
        encoding.writeVarUint(e, MESSAGE.sync)
        encoding.writeVarUint(e, step)
        encoding.writeVarUint8Array(e, body)
      })
    const channels = new Map<number, { doc: Y.Doc; received: number }>()
    ws.on('message', (data) => {
      const d = decoding.createDecoder(new Uint8Array(data as Buffer))
      const number = decoding.readVarUint(d)
      const kind = decoding.readVarUint(d)
      if (kind === MUX.open) {
        const { doc } = document(decoding.readVarString(d) as DocumentId)
        channels.set(number, { doc, received: 0 })
        send(number, MUX.opened, (e) => (encoding.writeVarUint(e, 1), encoding.writeVarUint(e, 0)))
        sendSync(number, SYNC_STEP.step1, Y.encodeStateVector(doc))
        const onUpdate = (update: Uint8Array, origin: unknown): void => {
          if (origin !== ws) sendSync(number, SYNC_STEP.update, update)
        }
        doc.on('update', onUpdate)
        ends.push(() => doc.off('update', onUpdate))
      }
      const channel = channels.get(number)
      if (kind !== MUX.message || channel === undefined || decoding.readVarUint(d) !== MESSAGE.sync) return
      const step = decoding.readVarUint(d)
      const body = decoding.readVarUint8Array(d)
      if (step === SYNC_STEP.step1) return sendSync(number, SYNC_STEP.step2, Y.encodeStateAsUpdate(channel.doc, body))
      Y.applyUpdate(channel.doc, body, ws)
      channel.received++
      send(
        number,
        MUX.message,
        (e) => (encoding.writeVarUint(e, MESSAGE.acknowledged), encoding.writeVarUint(e, channel.received)),
      )
    })
    ws.on('close', () => ends.forEach((end) => end()))
  }

  const textOf = (doc: Y.Doc): string => doc.getText(TEXT_NAME).toJSON()
  const ok = <T>(value: T): AgentResult<T> => ({ ok: true, value })
  const seeds = new Map<DocumentId, Uint8Array[]>()

  const fake: FakeServer = {
    url: '',
    statuses: [],
    deltas: [],
    tree: [],
    gone: [],
    renamed: [],
    conflicts: [],
    before: () => {},
    document,
    text: (documentId) => textOf(document(documentId).doc),
    edit: (documentId, change) => {
      const { doc } = document(documentId)
      doc.transact(() => change(doc.getText(TEXT_NAME)), 'person')
    },
    async agent() {
      await fake.until(() => connection !== null, 'agent connected')
      return connection!
    },
    async call(ask) {
      const result = await ask(await fake.agent())
      if (!result.ok) throw Object.assign(new Error(result.code), { code: result.code })
      return result.value
    },
    until: (isTrue, what) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers = watchers.filter((w) => w !== check)
          reject(new Error(`waited in vain: ${what}`))
        }, 8_000)
        const check = (): void => {
          if (!isTrue()) return
          clearTimeout(timer)
          watchers = watchers.filter((w) => w !== check)
          resolve()
        }
        watchers.push(check)
        check()
      }),
    async close() {
      mux.clients.forEach((client) => client.terminate())
      await io.close()
    },
  }

  io.of(AGENT_NAMESPACE).on('connection', (socket) => {
    connection = socket as unknown as AgentConnection
    fake.tree.length = 0
    socket.on('disconnect', () => {
      if (connection === (socket as unknown)) connection = null
      changed()
    })
    const on: typeof socket.on = socket.on.bind(socket)
    on('tree.part', ({ entries }) => void fake.tree.push(...entries))
    on('tree.snapshot', ({ entries }) => {
      fake.tree.push(...entries)
      changed()
    })
    on('tree.delta', (delta) => {
      fake.deltas.push(delta)
      changed()
    })
    on('file.status', (status) => {
      fake.statuses.push(status)
      changed()
    })
    on('file.gone', ({ documentId }) => {
      fake.gone.push(documentId)
      changed()
    })
    on('file.renamed', (renamed) => {
      fake.renamed.push(renamed)
      changed()
    })
    on('document.head', async ({ documentId, sha256 }, done) => {
      await fake.before('document.head')
      const { doc, history } = document(documentId)
      const text = textOf(doc)
      const isSame = createHash('sha256').update(text).digest('hex') === sha256
      done(ok({ seq: history.length, text: isSame ? null : text }))
    })
    on('document.seed', ({ documentId, bytes, isLast }, done) => {
      const parts = [...(seeds.get(documentId) ?? []), new Uint8Array(bytes)]
      seeds.set(documentId, parts)
      if (!isLast) return done(ok({ isSeeded: false }))
      seeds.delete(documentId)
      const found = document(documentId)
      if (found.history.length > 0) return done(ok({ isSeeded: false }))
      const seed = new Y.Doc()
      seed.getText(TEXT_NAME).insert(0, Buffer.concat(parts).toString('utf8'))
      const update = Y.encodeStateAsUpdate(seed)
      found.history.push(update)
      Y.applyUpdate(found.doc, update, 'seed')
      done(ok({ isSeeded: true }))
    })
    on('document.conflict', async ({ conflict }, done) => {
      await fake.before('document.conflict')
      fake.conflicts.push(conflict)
      done(ok(null))
      changed()
    })
    on('base.get', ({ documentId }, done) => done(ok(document(documentId).base)))
    on('base.intend', async ({ documentId, seq, sha256 }, done) => {
      const found = document(documentId)
      found.base = {
        ...(found.base ?? { seq: 0, sha256: '', lineEndings: 'lf' }),
        intentSeq: seq,
        intentSha256: sha256,
      }
      await fake.before('base.intend')
      done(ok(null))
    })
    on('base.set', async ({ documentId, seq, sha256, lineEndings }, done) => {
      await fake.before('base.set')
      document(documentId).base = { seq, sha256, lineEndings, intentSeq: null, intentSha256: null }
      done(ok(null))
      changed()
    })
    on('base.text', ({ documentId, seq }, done) => {
      done(ok({ update: Y.mergeUpdates(document(documentId).history.slice(0, seq)) }))
    })
    changed()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return Object.assign(fake, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
}
