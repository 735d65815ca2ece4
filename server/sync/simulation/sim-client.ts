import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE, isFinalClose } from '#shared/protocol/close-codes.ts'
import { MESSAGE, MUX, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Clock } from '../clock.ts'
import { awarenessMessage, step1Message, step2Message, updateMessage } from '../messages.ts'
import type { Random } from '../random.ts'
import { readEntries } from './sim-awareness.ts'
import { encodeEntry } from '../room/awareness-entries.ts'
import { ByteReader, ByteWriter } from '../update/bytes.ts'
import type { SimSocket } from './sim-network.ts'

export interface SimClientOptions {
  readonly name: string
  readonly documentId: DocumentId
  readonly usesMux: boolean
  readonly clock: Clock
  readonly random: Random
  /** null: the server is down */
  readonly connect: (client: SimClient) => SimSocket | null
}

/** What a replica claims to be saved, in the terms of P6. */
export interface Claims {
  readonly saved: Set<string>
  readonly removed: Set<string>
  /** tokens about which nothing is claimed any more */
  readonly vague: Set<string>
  /** replicas that were told somebody else wrote under their client id (A4) */
  readonly accused: Set<string>
  /** texts that equalled the log at a seq (message 101) */
  readonly marks: Map<number, string>
  /** what was in the log at a seq that an acknowledgement named */
  readonly savedAt: Map<string, number>
}

/** A replica that speaks as y-websocket's provider does, over either door. */
export class SimClient {
  readonly name: string
  readonly claims: Claims
  doc: Y.Doc
  undo: Y.UndoManager
  isWanted = true
  isOnline = false
  /** 4401, 4403, 4404: it does not come back by itself */
  isRefused = false
  /** token → true while in, false while taken out, both not yet known to be saved */
  readonly unsaved = new Map<string, boolean>()
  readonly peers = new Map<number, { clock: number; state: string | null }>()
  private socket: SimSocket | null = null
  private sent = 0
  private acknowledged = 0
  private acknowledgedSeq = 0
  private isAnswered = false
  private hasSentStep2 = false
  private awarenessClock = 1
  private readonly options: SimClientOptions

  constructor(options: SimClientOptions, claims: Claims) {
    this.options = options
    this.name = options.name
    this.claims = claims
    this.doc = this.createDoc()
    this.undo = new Y.UndoManager(this.text, { trackedOrigins: new Set(['own']), captureTimeout: 0 })
  }

  get text(): Y.Text {
    return this.doc.getText(TEXT_NAME)
  }

  get isSaved(): boolean {
    return this.isOnline && this.isAnswered && this.hasSentStep2 && this.acknowledged === this.sent
  }

  /** A closed and reopened tab without a local store: unsaved edits are gone with it. */
  reload(): void {
    this.socket?.close(1000)
    for (const token of this.unsaved.keys()) this.claims.vague.add(token)
    this.unsaved.clear()
    this.doc = this.createDoc()
    this.undo = new Y.UndoManager(this.text, { trackedOrigins: new Set(['own']), captureTimeout: 0 })
  }

  private createDoc(): Y.Doc {
    const doc = new Y.Doc()
    doc.clientID = 1 + this.options.random.below(0xfffffff)
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server' && this.doc === doc) this.sendContent(updateMessage(update))
    })
    return doc
  }

  connect(): void {
    if (this.socket !== null || !this.isWanted || this.isRefused) return
    const socket = this.options.connect(this)
    if (socket === null) return this.retry()
    this.socket = socket
    this.isOnline = true
    this.sent = this.acknowledged = 0
    this.isAnswered = this.hasSentStep2 = false
    socket.onMessage((data) => {
      if (this.socket === socket) this.receive(data)
    })
    socket.onClose((code) => this.closed(socket, code))
    if (this.options.usesMux) {
      this.write(MUX.open, (writer) => {
        writer.varString(this.options.documentId)
        writer.varUint(0)
      })
    }
    this.send(step1Message(Y.encodeStateVector(this.doc)))
    this.announce()
  }

  disconnect(): void {
    this.isWanted = false
    this.socket?.close(1000)
  }

  announce(): void {
    const state = JSON.stringify({ cursor: this.awarenessClock })
    this.send(awarenessMessage([encodeEntry({ clientId: this.doc.clientID, clock: this.awarenessClock, state })]))
  }

  moveCursor(): void {
    this.awarenessClock++
    if (this.isOnline) this.announce()
  }

  breakLink(): void {
    this.socket?.break()
  }

  private closed(socket: SimSocket, code: number): void {
    if (this.socket !== socket) return
    this.socket = null
    this.isOnline = false
    for (const peer of this.peers.values()) peer.state = null
    // A7: what was refused is set aside, and the document loaded anew.
    if (code === CLOSE.epochChanged) this.claims.accused.add(this.name)
    if (code === CLOSE.contentRefused || code === CLOSE.epochChanged) this.reload()
    else if (isFinalClose(code)) this.isRefused = true
    this.retry()
  }

  private retry(): void {
    this.options.clock.after(50 + this.options.random.below(400), () => this.connect())
  }

  private write(kind: number, body: (writer: ByteWriter) => void): void {
    const writer = new ByteWriter()
    writer.varUint(1)
    writer.varUint(kind)
    body(writer)
    this.socket?.send(writer.finish())
  }

  private send(message: Uint8Array): void {
    if (this.options.usesMux) this.write(MUX.message, (writer) => writer.bytes(message))
    else this.socket?.send(message)
  }

  private sendContent(message: Uint8Array): void {
    if (!this.isOnline) return
    this.sent++
    this.send(message)
  }

  private receive(data: Uint8Array): void {
    if (!this.options.usesMux) return this.handle(data)
    const reader = new ByteReader(data)
    reader.varUint()
    const kind = reader.varUint()
    if (kind === MUX.message) {
      const message = data.subarray(reader.pos)
      this.handle(message)
      this.write(MUX.credit, (writer) => writer.varUint(message.length))
    } else if (kind === MUX.close) {
      const { socket } = this
      const code = reader.varUint()
      if (socket !== null) this.closed(socket, code)
      socket?.close(1000)
    }
  }

  private handle(message: Uint8Array): void {
    const reader = new ByteReader(message)
    switch (reader.varUint()) {
      case MESSAGE.sync:
        return this.handleSync(reader)
      case MESSAGE.awareness:
        for (const { clientId, clock, state } of readEntries(reader.varBytes())) {
          const known = this.peers.get(clientId)
          if (known === undefined || known.clock < clock || (known.clock === clock && state === 'null')) {
            this.peers.set(clientId, { clock, state: state === 'null' ? null : state })
          }
        }
        return
      case MESSAGE.acknowledged:
        this.acknowledged = reader.varUint()
        this.acknowledgedSeq = reader.varUint()
        return this.noteSaved()
      case MESSAGE.mark: {
        const seq = reader.varUint()
        if (this.isSaved) this.claims.marks.set(seq, this.text.toString())
      }
    }
  }

  private handleSync(reader: ByteReader): void {
    const step = reader.varUint()
    const body = reader.varBytes()
    if (step === SYNC_STEP.step1) {
      this.hasSentStep2 = true
      this.sendContent(step2Message(Y.encodeStateAsUpdate(this.doc, body)))
      return
    }
    Y.applyUpdate(this.doc, body, 'server')
    if (step === SYNC_STEP.step2) this.isAnswered = true
    this.noteSaved()
  }

  private noteSaved(): void {
    if (!this.isSaved) return
    for (const [token, isIn] of this.unsaved) {
      ;(isIn ? this.claims.saved : this.claims.removed).add(token)
      if (isIn) this.claims.savedAt.set(token, this.acknowledgedSeq)
    }
    this.unsaved.clear()
  }
}
