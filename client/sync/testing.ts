import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { MESSAGE, MUX, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { OpenStore } from './offline-store.ts'
import type { RecoverOlder } from './older-stores.ts'
import type { RecoveredCopies, RecoveredCopy } from './recovered-copies.ts'

interface ServerChannel {
  readonly documentId: string
  readonly epoch: number
  received: number
}

/** A server of one document in memory: speaks the multiplexed door, acknowledges when told to, fails when told to. */
export interface FakeServer {
  readonly WebSocket: typeof WebSocket
  readonly doc: Y.Doc
  readonly text: () => string
  readonly sockets: () => number
  readonly openChannels: () => number
  /** sizes of the content frames that came, in bytes */
  readonly frames: readonly number[]
  acknowledgesAtOnce: boolean
  isReadOnly: boolean
  isReachable: boolean
  epoch: number
  readonly acknowledgeAll: () => void
  readonly closeChannels: (code: number) => void
  readonly breakSockets: (code?: number) => void
}

interface Socket {
  onopen: ((event: Event) => void) | null
  onmessage: ((event: { data: ArrayBuffer }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
}

export function createFakeServer(initial: string): FakeServer {
  const doc = new Y.Doc()
  doc.getText(TEXT_NAME).insert(0, initial)
  const links = new Map<Socket, Map<number, ServerChannel>>()
  const frames: number[] = []
  let headSeq = 1

  const say = (socket: Socket, channel: number, kind: number, write: (encoder: encoding.Encoder) => void): void => {
    const bytes = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, channel)
      encoding.writeVarUint(encoder, kind)
      write(encoder)
    })
    queueMicrotask(() => links.has(socket) && socket.onmessage?.({ data: bytes.slice().buffer }))
  }
  const sayContent = (socket: Socket, channel: number, step: number, bytes: Uint8Array): void =>
    say(socket, channel, MUX.message, (encoder) => {
      encoding.writeVarUint(encoder, MESSAGE.sync)
      encoding.writeVarUint(encoder, step)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  const acknowledge = (socket: Socket, number: number, channel: ServerChannel): void =>
    say(socket, number, MUX.message, (encoder) => {
      encoding.writeVarUint(encoder, MESSAGE.acknowledged)
      encoding.writeVarUint(encoder, channel.received)
      encoding.writeVarUint(encoder, ++headSeq)
    })
  const close = (socket: Socket, number: number, code: number): void => {
    links.get(socket)?.delete(number)
    say(socket, number, MUX.close, (encoder) => {
      encoding.writeVarUint(encoder, code)
      encoding.writeVarString(encoder, '')
    })
  }

  const onMessage = (socket: Socket, number: number, message: Uint8Array<ArrayBuffer>): void => {
    const channel = links.get(socket)?.get(number)
    if (channel === undefined) return
    say(socket, number, MUX.credit, (encoder) => encoding.writeVarUint(encoder, message.byteLength))
    const decoder = decoding.createDecoder(message)
    if (decoding.readVarUint(decoder) !== MESSAGE.sync) return
    const step = decoding.readVarUint(decoder)
    const bytes = decoding.readVarUint8Array(decoder)
    if (step === SYNC_STEP.step1) return sayContent(socket, number, SYNC_STEP.step2, Y.encodeStateAsUpdate(doc, bytes))
    if (server.isReadOnly) return close(socket, number, 4422)
    frames.push(message.byteLength)
    Y.applyUpdate(doc, bytes)
    channel.received += 1
    if (server.acknowledgesAtOnce) acknowledge(socket, number, channel)
  }
  const receive = (socket: Socket, bytes: Uint8Array<ArrayBuffer>): void => {
    const decoder = decoding.createDecoder(bytes)
    const number = decoding.readVarUint(decoder)
    const kind = decoding.readVarUint(decoder)
    if (kind === MUX.close) return void links.get(socket)?.delete(number)
    if (kind === MUX.message)
      return onMessage(socket, number, decoding.readTailAsUint8Array(decoder) as Uint8Array<ArrayBuffer>)
    if (kind !== MUX.open) return
    const channel = { documentId: decoding.readVarString(decoder), epoch: decoding.readVarUint(decoder), received: 0 }
    links.get(socket)?.set(number, channel)
    if (channel.epoch !== server.epoch) return close(socket, number, 4410)
    say(socket, number, MUX.opened, (encoder) => {
      encoding.writeVarUint(encoder, server.epoch)
      encoding.writeVarUint(encoder, server.isReadOnly ? 1 : 0)
    })
    if (!server.isReadOnly) sayContent(socket, number, SYNC_STEP.step1, Y.encodeStateVector(doc))
  }

  class FakeSocket implements Socket {
    onopen: Socket['onopen'] = null
    onmessage: Socket['onmessage'] = null
    onclose: Socket['onclose'] = null
    constructor() {
      queueMicrotask(() => {
        if (!server.isReachable) return this.onclose?.({ code: 1006, reason: '' })
        links.set(this, new Map())
        this.onopen?.(new Event('open'))
        return undefined
      })
    }
    send(bytes: Uint8Array<ArrayBuffer>): void {
      receive(this, bytes)
    }
    close(): void {
      links.delete(this)
    }
  }

  const each = (act: (socket: Socket, number: number, channel: ServerChannel) => void): void => {
    for (const [socket, channels] of links) for (const [number, channel] of channels) act(socket, number, channel)
  }
  const server: FakeServer = {
    // Only what the connection uses of a WebSocket.
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    doc,
    text: () => doc.getText(TEXT_NAME).toJSON(),
    sockets: () => links.size,
    openChannels: () => [...links.values()].reduce((sum, channels) => sum + channels.size, 0),
    frames,
    acknowledgesAtOnce: true,
    isReadOnly: false,
    isReachable: true,
    epoch: 1,
    acknowledgeAll: () => each(acknowledge),
    closeChannels: (code) => each((socket, number) => close(socket, number, code)),
    breakSockets: (code = 1006) => {
      for (const socket of [...links.keys()]) {
        links.delete(socket)
        socket.onclose?.({ code, reason: '' })
      }
    },
  }
  return server
}

/** The browser's store without a browser: updates by name, so that a second visit finds those of the first. */
export function createMemoryStores(): {
  readonly open: OpenStore
  readonly recoverOlder: RecoverOlder
  readonly names: () => string[]
  readonly edits: () => number[]
} {
  const stores = new Map<string, { updates: Uint8Array[]; edits: number; base: string | null }>()
  return {
    names: () => [...stores.keys()],
    edits: () => [...stores.values()].map((s) => s.edits),
    recoverOlder: async ({ userId, documentId, epoch }, keep) => {
      for (const [name, { updates, edits, base }] of stores) {
        const [owner, document, ended] = name.split('/')
        if (owner !== userId || document !== documentId || Number(ended) >= epoch) continue
        const doc = new Y.Doc()
        for (const update of updates) Y.applyUpdate(doc, update)
        if (edits > 0) await keep({ epoch: Number(ended), mine: doc.getText(TEXT_NAME).toJSON(), base, edits })
        stores.delete(name)
      }
    },
    open: ({ userId, documentId, epoch }, _path, doc) => {
      const name = `${userId}/${documentId}/${epoch}`
      const store = stores.get(name) ?? { updates: [], edits: 0, base: null }
      stores.set(name, store)
      const origin = { name }
      const keep = (update: Uint8Array, from: unknown): void => void (from !== origin && store.updates.push(update))
      for (const update of store.updates) Y.applyUpdate(doc, update, origin)
      doc.on('update', keep)
      return {
        whenLoaded: Promise.resolve({ carriedEdits: store.edits, base: store.base }),
        note: (edits, base) => {
          store.edits = edits
          store.base = base
        },
        whenKept: () => Promise.resolve(),
        clear: async () => void stores.delete(name),
        close: async () => void doc.off('update', keep),
      }
    },
  }
}

export function createMemoryCopies(): RecoveredCopies {
  let copies: readonly RecoveredCopy[] = []
  return {
    keep: async (copy) => void (copies = [...copies, { ...copy, id: copy.id ?? String(copies.length) }]),
    list: () => copies,
    drop: async (id) => void (copies = copies.filter((c) => c.id !== id)),
    subscribe: () => () => undefined,
  }
}
