import * as Y from 'yjs'
import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId } from '#shared/ids.ts'
import { MESSAGE, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import { step1Message, step2Message, updateMessage } from './messages.ts'
import type { SocketLike } from './ports.ts'
import type { Sync } from './sync.ts'
import { ByteReader } from './update/bytes.ts'

/** A socket in memory: what the server sent, and a way to speak to it; for sync's own tests. */
export interface TestSocket extends SocketLike {
  bufferedAmount: number
  readonly sent: Uint8Array[]
  readonly isPaused: boolean
  closed: { readonly code: number; readonly reason: string } | null
  say(bytes: Uint8Array, isBinary?: boolean): void
  hangUp(): void
}

export function createTestSocket(): TestSocket {
  let onMessage: (data: Uint8Array, isBinary: boolean) => void = () => undefined
  const onClose: (() => void)[] = []
  let isPaused = false
  const end = (): void => onClose.splice(0).forEach((listener) => listener())
  const socket: TestSocket = {
    bufferedAmount: 0,
    sent: [],
    closed: null,
    get isPaused() {
      return isPaused
    },
    send: (bytes) => void (socket.closed ?? socket.sent.push(bytes)),
    close(code, reason) {
      socket.closed ??= { code, reason }
      end()
    },
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    onMessage: (listener) => void (onMessage = listener),
    onClose: (listener) => void onClose.push(listener),
    say: (bytes, isBinary = true) => onMessage(bytes, isBinary),
    hangUp: end,
  }
  return socket
}

export interface TestClient {
  readonly socket: TestSocket
  readonly doc: Y.Doc
  readonly text: Y.Text
  /** content frames sent, and how many of them are durable */
  sent: number
  acknowledged: number
  /** types of the messages that came, in order */
  readonly heard: string[]
  say(message: Uint8Array): void
}

/** A y-websocket client on a socket in memory, over the document door. */
export function connectClient(sync: Sync, actor: Actor, documentId: DocumentId, doc = new Y.Doc()): TestClient {
  const socket = createTestSocket()
  const client: TestClient = {
    socket,
    doc,
    text: doc.getText(TEXT_NAME),
    sent: 0,
    acknowledged: 0,
    heard: [],
    say: (message) => socket.say(message),
  }
  const receive = (data: Uint8Array): void => {
    const reader = new ByteReader(data)
    const type = reader.varUint()
    if (type === MESSAGE.acknowledged) client.acknowledged = reader.varUint()
    if (type !== MESSAGE.sync) return void client.heard.push(String(type))
    const step = reader.varUint()
    client.heard.push(`sync ${step}`)
    const body = reader.varBytes()
    if (step !== SYNC_STEP.step1) return Y.applyUpdate(doc, body, 'server')
    client.sent++
    socket.say(step2Message(Y.encodeStateAsUpdate(doc, body)))
  }
  socket.send = (bytes) => {
    if (socket.closed !== null) return
    socket.sent.push(bytes)
    queueMicrotask(() => receive(bytes))
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === 'server' || socket.closed !== null) return
    client.sent++
    socket.say(updateMessage(update))
  })
  sync.connectDocument(socket, actor, documentId, { ack: true })
  socket.say(step1Message(Y.encodeStateVector(doc)))
  return client
}
