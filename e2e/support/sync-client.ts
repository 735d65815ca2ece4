import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { MESSAGE, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Session } from './api.ts'

const REMOTE = Symbol('remote')

export interface SyncClosed {
  readonly code: number
  readonly reason: string
}

/** A y-websocket client without any library's help, so that a test may also say what no library would. */
export interface SyncClient {
  readonly doc: Y.Doc
  readonly socket: WebSocket
  /** content frames sent and acknowledged on this connection (P6) */
  readonly sent: number
  readonly acknowledged: number
  readonly isSynced: boolean
  text(): string
  /** Edits the document in one transaction; the frame that carries it counts as sent. */
  edit(change: (text: Y.Text) => void): void
  /** When the server's state has arrived and ours was offered. */
  whenSynced(): Promise<void>
  /** When every content frame sent so far is durable; fails when the connection ends first. */
  whenSaved(): Promise<void>
  /** When the text satisfies `isThere`; looks again at each change. */
  whenText(isThere: (text: string) => boolean): Promise<void>
  sendRaw(bytes: Uint8Array | string): void
  readonly closed: Promise<SyncClosed>
  close(): void
}

export interface SyncClientOptions {
  readonly doc?: Y.Doc
  readonly headers?: Readonly<Record<string, string>>
  readonly localAddress?: string
  /** false: a client that never offers what it has, as a hostile one may */
  readonly isOffering?: boolean
  /** called with the number of content frames that are durable now */
  readonly onAcknowledged?: (frames: number) => void
  /** called after each content frame is sent, with its number from 1 */
  readonly onSent?: (frame: number) => void
  readonly onAwareness?: (bytes: Uint8Array) => void
}

/** Opens the stock door `/sync/<document>?ack=1` with the session's cookies. The promise fails where it is refused. */
export async function connectSync(
  session: Session,
  documentId: string,
  options: SyncClientOptions = {},
): Promise<SyncClient> {
  const { product } = session
  const doc = options.doc ?? new Y.Doc()
  const socket = new WebSocket(`ws://127.0.0.1:${product.port}/sync/${documentId}?ack=1`, {
    headers: { host: `localhost:${product.port}`, origin: product.url, cookie: session.cookie(), ...options.headers },
    perMessageDeflate: false,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  })
  socket.binaryType = 'nodebuffer'
  const closed = new Promise<SyncClosed>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  let sent = 0
  let acknowledged = 0
  let isAnswered = false
  let hasOffered = options.isOffering === false
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of [...listeners]) listener()
  }

  const sendContent = (step: number, update: Uint8Array) => {
    if (socket.readyState !== WebSocket.OPEN) return
    sent += 1
    options.onSent?.(sent)
    socket.send(contentFrame(step, update))
  }
  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (origin !== REMOTE && hasOffered) sendContent(SYNC_STEP.update, update)
  }
  doc.on('update', onUpdate)

  socket.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    if (type === MESSAGE.acknowledged) {
      acknowledged = decoding.readVarUint(decoder)
      options.onAcknowledged?.(acknowledged)
    } else if (type === MESSAGE.awareness) {
      options.onAwareness?.(decoding.readVarUint8Array(decoder))
    } else if (type === MESSAGE.sync) {
      const step = decoding.readVarUint(decoder)
      const body = decoding.readVarUint8Array(decoder)
      if (step === SYNC_STEP.step1) {
        hasOffered = true
        if (options.isOffering !== false) sendContent(SYNC_STEP.step2, Y.encodeStateAsUpdate(doc, body))
      } else {
        Y.applyUpdate(doc, body, REMOTE)
        if (step === SYNC_STEP.step2) isAnswered = true
      }
    }
    changed()
  })
  void closed.then(() => {
    doc.off('update', onUpdate)
    changed()
  })

  const opened = once(socket, 'open')
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('unexpected-response', (_req, res) => reject(new UpgradeRefused(res.statusCode ?? 0)))
  })
  await Promise.race([opened, refused])
  // From here on the close code tells what happened.
  socket.on('error', () => undefined)
  socket.send(stateVectorFrame(doc))

  const whenever = (isSo: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (isSo()) resolve()
        else if (socket.readyState === WebSocket.CLOSED) reject(new Error(`closed before ${what}`))
        else return
        listeners.delete(look)
      }
      listeners.add(look)
      look()
    })

  return {
    doc,
    socket,
    closed,
    get sent() {
      return sent
    },
    get acknowledged() {
      return acknowledged
    },
    get isSynced() {
      return isAnswered && hasOffered
    },
    text: () => doc.getText(TEXT_NAME).toJSON(),
    edit: (change) => doc.transact(() => change(doc.getText(TEXT_NAME))),
    whenSynced: () => whenever(() => isAnswered && hasOffered, 'the document was synced'),
    whenSaved: () => {
      const target = sent
      return whenever(() => isAnswered && acknowledged >= target, `frame ${target} was acknowledged`)
    },
    whenText: (isThere) => whenever(() => isThere(doc.getText(TEXT_NAME).toJSON()), 'the text was there'),
    sendRaw: (bytes) => socket.send(bytes),
    close: () => socket.close(),
  }
}

/** The handshake was answered with a status instead of a socket. */
export class UpgradeRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the upgrade was refused with ${status}`)
    this.status = status
  }
}

export const contentFrame = (step: number, update: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, update)
  })

const stateVectorFrame = (doc: Y.Doc): Uint8Array => contentFrame(SYNC_STEP.step1, Y.encodeStateVector(doc))

export const awarenessFrame = (clientId: number, clock: number, state: string): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE.awareness)
    const body = encoding.encode((inner) => {
      encoding.writeVarUint(inner, 1)
      encoding.writeVarUint(inner, clientId)
      encoding.writeVarUint(inner, clock)
      encoding.writeVarString(inner, state)
    })
    encoding.writeVarUint8Array(encoder, body)
  })
