import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { MESSAGE, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { RunningSubject } from './subjects.ts'

/** What the load generator hears; every callback gets the time of arrival in ms. */
export interface LoadEvents {
  /** everything of another's `clientId` below `clock` has arrived */
  onDelivered?(clientId: number, clock: number, at: number): void
  onAcknowledged?(frames: number, at: number): void
}

export interface LoadClient {
  readonly clientId: number
  /** Resolves when the server answered SyncStep1. */
  readonly synced: Promise<void>
  /** Types at the end of this client's own text; returns its clock after the edit. */
  type(text: string): number
  /** Puts `text` in place of all this client wrote before; returns its clock after the edit. */
  replace(text: string): number
  /** Stops and starts reading what the server sends. */
  pause(): void
  resume(): void
  /** Sends ready-made update bytes. */
  sendUpdate(update: Uint8Array): void
  readonly sentFrames: number
  readonly acknowledgedFrames: number
  close(): Promise<void>
}

/**
 * A raw-protocol client: its edits come from a Y.Doc of its own that never applies anything, so that the load side
 * costs the same for every subject; what arrives is only read as far as its clocks.
 */
export async function connectClient(
  server: RunningSubject,
  document: string,
  events: LoadEvents = {},
): Promise<LoadClient> {
  const isHocuspocus = server.subject.framing === 'hocuspocus'
  const socket = new WebSocket(server.documentUrl(document), { perMessageDeflate: false })
  socket.binaryType = 'nodebuffer'
  await once(socket, 'open')
  const doc = new Y.Doc()
  const text = doc.getText(TEXT_NAME)
  let sentFrames = 0
  let acknowledgedFrames = 0
  const synced = Promise.withResolvers<void>()

  const message = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
    const encoder = encoding.createEncoder()
    if (isHocuspocus) encoding.writeVarString(encoder, document)
    write(encoder)
    return encoding.toUint8Array(encoder)
  }
  const sync = (step: number, body: Uint8Array) =>
    message((encoder) => {
      encoding.writeVarUint(encoder, MESSAGE.sync)
      encoding.writeVarUint(encoder, step)
      encoding.writeVarUint8Array(encoder, body)
    })
  const sendContent = (step: number, update: Uint8Array) => {
    sentFrames++
    socket.send(sync(step, update))
  }

  socket.on('message', (data: Buffer) => {
    const at = performance.now()
    const decoder = decoding.createDecoder(data)
    if (isHocuspocus) decoding.readVarString(decoder)
    const type = decoding.readVarUint(decoder)
    if (type === MESSAGE.acknowledged) {
      acknowledgedFrames = decoding.readVarUint(decoder)
      events.onAcknowledged?.(acknowledgedFrames, at)
      return
    }
    // 4 is Hocuspocus' SyncReply; its stored and pong messages are of no interest here.
    if (type !== MESSAGE.sync && !(isHocuspocus && type === 4)) return
    const step = decoding.readVarUint(decoder)
    const body = decoding.readVarUint8Array(decoder)
    if (step === SYNC_STEP.step1) return sendContent(SYNC_STEP.step2, EMPTY_UPDATE)
    if (step === SYNC_STEP.step2) synced.resolve()
    if (!events.onDelivered) return
    for (const [id, clock] of Y.parseUpdateMeta(body).to) {
      // A server that merges what several people typed sends everyone the same frame: one's own part is no delivery.
      if (id !== doc.clientID) events.onDelivered(id, clock, at)
    }
  })
  let isClosing = false
  socket.on('close', (code, reason) => {
    if (!isClosing) throw new Error(`${server.subject.name} closed a client of the load: ${code} ${reason.toString()}`)
  })
  doc.on('update', (update: Uint8Array) => sendContent(SYNC_STEP.update, update))

  if (isHocuspocus) {
    socket.send(
      message((encoder) => {
        encoding.writeVarUint(encoder, MESSAGE.auth)
        encoding.writeVarUint(encoder, 0)
        encoding.writeVarString(encoder, 'bench')
        encoding.writeVarString(encoder, '4.7.0')
      }),
    )
  }
  socket.send(sync(SYNC_STEP.step1, Y.encodeStateVector(new Y.Doc())))
  if (!server.subject.keepsDocuments) synced.resolve()

  return {
    clientId: doc.clientID,
    synced: synced.promise,
    type(inserted) {
      text.insert(text.length, inserted)
      return Y.getState(doc.store, doc.clientID)
    },
    replace(inserted) {
      doc.transact(() => {
        text.delete(0, text.length)
        text.insert(0, inserted)
      })
      return Y.getState(doc.store, doc.clientID)
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    sendUpdate: (update) => sendContent(SYNC_STEP.update, update),
    get sentFrames() {
      return sentFrames
    },
    get acknowledgedFrames() {
      return acknowledgedFrames
    },
    async close() {
      isClosing = true
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

const EMPTY_UPDATE = Y.encodeStateAsUpdate(new Y.Doc())
