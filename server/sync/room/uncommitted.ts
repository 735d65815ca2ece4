import type { DocumentId } from '#shared/ids.ts'
import type { CommitQueue, CommitSource } from '../log/commit-queue.ts'
import type { AppendRequest, ClientClaim } from '../log/document-log.ts'
import { type AcceptedUpdate, mergeAccepted } from '../update/encode-update.ts'

interface Edit {
  readonly update: AcceptedUpdate
  readonly userIds: readonly string[]
  readonly claims: readonly ClientClaim[]
}

/** A row stays below this, so that one document's flood leaves room for others in a statement. */
const MAX_ROW_BYTES = 4 << 20

interface Options {
  readonly documentId: DocumentId
  /** one life of one room: ordinals start again in the next (D2) */
  readonly bootId: string
  readonly headSeq: number
  readonly queue: CommitQueue
  readonly onCommitted: (row: { readonly seq: number; readonly bytes: number }) => void
  /** rows that are not ours stand before this one: another writer's, or a dead node's last */
  readonly onGap: () => void
  readonly onRejected: (reason: 'refused' | 'missing') => void
}

/** The accepted edits of a room that are not durable yet, numbered by ordinals from 1. */
export class Uncommitted implements CommitSource {
  lastOrdinal = 0
  durableOrdinal = 0
  headSeq: number
  bytes = 0
  private edits: Edit[] = []
  private frozen: AppendRequest | null = null
  private frozenBytes = 0
  /** edits at the front that were handed over, and their bytes since the last time */
  private ready = 0
  private newBytes = 0
  private readonly options: Options

  constructor(options: Options) {
    this.options = options
    this.headSeq = options.headSeq
  }

  /** Returns the ordinal of the edit; it waits for `commit`. */
  push(update: AcceptedUpdate, userIds: readonly string[], claims: readonly ClientClaim[]): number {
    this.edits.push({ update, userIds, claims })
    this.bytes += update.bytes.length
    this.newBytes += update.bytes.length
    this.options.queue.hold(update.bytes.length)
    return ++this.lastOrdinal
  }

  /** The state has all rows up to this one, whoever wrote them. */
  adopt(seq: number): void {
    this.headSeq = Math.max(this.headSeq, seq)
  }

  /** Hands what was pushed to the group commit: several people's edits that were sent in one frame make one row. */
  commit(): void {
    this.ready = this.edits.length
    if (this.ready > 0) this.options.queue.add(this, this.newBytes)
    this.newBytes = 0
  }

  freeze(): AppendRequest | null {
    if (this.frozen !== null || this.edits.length === 0) return this.frozen
    const { documentId, bootId } = this.options
    const row = this.takeRow()
    this.ready = Math.max(0, this.ready - row.length)
    this.frozenBytes = row.reduce((size, edit) => size + edit.update.bytes.length, 0)
    this.frozen = {
      documentId,
      bytes: mergeAccepted(row.map((edit) => edit.update)),
      origin: { bootId, firstOrdinal: this.durableOrdinal + 1, lastOrdinal: this.durableOrdinal + row.length },
      userIds: [...new Set(row.flatMap((edit) => edit.userIds))],
      claims: row.flatMap((edit) => edit.claims),
      isSeed: false,
    }
    return this.frozen
  }

  committed(request: AppendRequest, seq: number): void {
    this.durableOrdinal = request.origin.lastOrdinal
    const isGap = seq > this.headSeq + 1
    this.headSeq = Math.max(this.headSeq, seq)
    this.settleFrozen()
    if (isGap) this.options.onGap()
    if (this.ready > 0) this.options.queue.add(this, 0)
    this.options.onCommitted({ seq, bytes: request.bytes.length })
  }

  rejected(reason: 'refused' | 'missing'): void {
    this.settleFrozen()
    this.options.onRejected(reason)
  }

  private takeRow(): Edit[] {
    let size = 0
    const count = this.edits.findIndex((edit) => (size += edit.update.bytes.length) > MAX_ROW_BYTES)
    return this.edits.splice(0, count < 0 ? this.edits.length : Math.max(1, count))
  }

  private settleFrozen(): void {
    this.bytes -= this.frozenBytes
    this.options.queue.release(this.frozenBytes)
    this.frozen = null
    this.frozenBytes = 0
  }
}
