import { createHash } from 'node:crypto'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { AppError } from '#shared/errors.ts'
import type { DiskConflict, FileBaseRecord, FileStatus } from '#shared/protocol/agent.ts'
import { MESSAGE, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { ChannelListener, MuxLink } from '../sync/mux-link.ts'
import type { Random } from './random.ts'
import type { SimClock } from './sim-clock.ts'

/** One life of the agent: once it is dead, nothing of it runs any more. */
export interface Life {
  isDead: boolean
  /** Between any two steps time passes, or the life ends. */
  step(): Promise<void>
  /** Between two system calls no time passes, and yet it may end there: true then. */
  tick(): boolean
}

const syncMessage = (step: number, body: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, MESSAGE.sync)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, body)
  return encoding.toUint8Array(encoder)
}

const ackMessage = (count: number): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, MESSAGE.acknowledged)
  encoding.writeVarUint(encoder, count)
  return encoding.toUint8Array(encoder)
}

/** The room and the log of one document: edits reach everyone at once, and the log a little later (D3). */
export class SimServer {
  readonly doc = new Y.Doc()
  /** seq n is rows[n - 1] */
  readonly rows: Uint8Array[] = []
  base: FileBaseRecord | null = null
  status: FileStatus | null = null
  /** by their places */
  readonly conflicts = new Map<string, DiskConflict>()
  path = ''
  isAway = false
  private uncommitted: Uint8Array[] = []
  private isCommitting = false
  private whenCommitted: (() => void)[] = []
  private connection: { listener: ChannelListener; life: Life; received: number; isOpen: boolean } | null = null
  private readonly clock: SimClock
  private readonly random: Random

  constructor(clock: SimClock, random: Random) {
    this.clock = clock
    this.random = random
    this.doc.clientID = 1
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      this.uncommitted.push(update)
      this.commitSoon()
      if (origin !== this.connection) this.deliver(syncMessage(SYNC_STEP.update, update))
    })
  }

  text(): string {
    return this.doc.getText(TEXT_NAME).toJSON()
  }

  private logText(): string {
    const doc = new Y.Doc()
    for (const row of this.rows) Y.applyUpdate(doc, row)
    return doc.getText(TEXT_NAME).toJSON()
  }

  private commitSoon(): void {
    if (this.isCommitting) return
    this.isCommitting = true
    const slow = this.random.chance(0.02) ? 3_000 : 0
    this.clock.after(5 + this.random.below(10) + slow, () => {
      this.isCommitting = false
      if (this.uncommitted.length > 0) this.rows.push(Y.mergeUpdates(this.uncommitted))
      this.uncommitted = []
      const done = this.whenCommitted
      this.whenCommitted = []
      for (const tell of done) tell()
    })
  }

  private lastAt = 0
  /** In the order sent, each a little later. */
  private later(life: Life, run: () => void): void {
    this.lastAt = Math.max(this.lastAt, this.clock.now() + this.random.below(8))
    this.clock.after(this.lastAt - this.clock.now(), () => {
      if (!life.isDead) run()
    })
  }

  private deliver(message: Uint8Array): void {
    const { connection } = this
    if (connection === null || !connection.isOpen) return
    this.later(connection.life, () => {
      if (this.connection === connection && connection.isOpen) connection.listener.onMessage(message)
    })
  }

  /** The connection breaks; calls fail until it is back. */
  goAway(ms: number): void {
    if (this.isAway) return
    this.isAway = true
    const { connection } = this
    if (connection !== null) {
      connection.isOpen = false
      if (!connection.life.isDead) connection.listener.onClosed(null, 'away')
    }
    this.clock.after(ms, () => {
      this.isAway = false
      if (this.connection !== null && !this.connection.life.isDead) this.open(this.connection)
    })
  }

  private open(connection: NonNullable<SimServer['connection']>): void {
    this.later(connection.life, () => {
      if (this.connection !== connection || this.isAway) return
      connection.isOpen = true
      connection.received = 0
      connection.listener.onOpened((message) => {
        this.later(connection.life, () => {
          if (connection.isOpen && this.connection === connection) this.receive(connection, message)
        })
      }, 1)
      this.deliver(syncMessage(SYNC_STEP.step1, Y.encodeStateVector(this.doc)))
    })
  }

  private receive(connection: NonNullable<SimServer['connection']>, message: Uint8Array): void {
    const decoder = decoding.createDecoder(message)
    decoding.readVarUint(decoder)
    const step = decoding.readVarUint(decoder)
    const body = decoding.readVarUint8Array(decoder)
    if (step === SYNC_STEP.step1)
      return this.deliver(syncMessage(SYNC_STEP.step2, Y.encodeStateAsUpdate(this.doc, body)))
    const count = ++connection.received
    Y.applyUpdate(this.doc, body, connection)
    const acknowledge = (): void => {
      if (connection.isOpen) this.deliver(ackMessage(count))
    }
    if (this.uncommitted.length === 0 && !this.isCommitting) acknowledge()
    else this.whenCommitted.push(acknowledge)
  }

  link(life: Life): MuxLink {
    return {
      open: (_, __, listener) => {
        const connection = { listener, life, received: 0, isOpen: false }
        this.connection = connection
        if (!this.isAway) this.open(connection)
        return {
          close: () => {
            connection.isOpen = false
            if (this.connection === connection) this.connection = null
          },
        }
      },
      close: () => undefined,
    }
  }

  calls(life: Life): ServerCalls {
    const ask = async <T>(answer: () => T): Promise<T> => {
      await life.step()
      if (this.isAway) throw new AppError('unavailable')
      const result = answer()
      await life.step()
      // Done, and the answer lost on the way.
      if (this.isAway) throw new AppError('unavailable')
      return result
    }
    return {
      head: (_, sha256) =>
        ask(() => {
          const text = this.logText()
          const isSame = createHash('sha256').update(text).digest('hex') === sha256
          return { seq: this.rows.length, text: isSame ? null : text }
        }),
      seed: (_, text) =>
        ask(() => {
          if (this.rows.length > 0) return { isSeeded: false }
          const doc = new Y.Doc()
          doc.clientID = 2
          doc.getText(TEXT_NAME).insert(0, text)
          const update = Y.encodeStateAsUpdate(doc)
          this.rows.push(update)
          Y.applyUpdate(this.doc, update)
          this.uncommitted = []
          return { isSeeded: true }
        }),
      baseGet: () => ask(() => this.base),
      baseIntend: ({ seq, sha256 }) =>
        ask(() => {
          const before = this.base ?? { seq: 0, sha256: '', lineEndings: 'lf' }
          this.base = { ...before, intentSeq: seq, intentSha256: sha256 }
        }),
      baseSet: ({ seq, sha256, lineEndings }) =>
        ask(() => {
          this.base = { seq, sha256, lineEndings, intentSeq: null, intentSha256: null }
        }),
      baseState: (_, seq) =>
        ask(() => {
          if (seq < 1 || seq > this.rows.length) throw new AppError('not_found')
          return Y.mergeUpdates(this.rows.slice(0, seq))
        }),
      conflict: (_, conflict) =>
        ask(() => void this.conflicts.set(Buffer.concat([conflict.start, conflict.end]).toString('hex'), conflict)),
      status: (status) => void (this.status = status),
      gone: () => undefined,
      renamed: (_, path) => void (this.path = path),
      left: () => undefined,
    }
  }
}
