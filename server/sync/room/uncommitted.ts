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

/** The accepted edits of a room that are not durable yet, numbered by ordinals from 1. */
export interface Uncommitted {
  readonly lastOrdinal: number
  readonly durableOrdinal: number
  readonly headSeq: number
  readonly bytes: number
  /** Returns the ordinal of the edit; it waits for `commit`. */
  push(update: AcceptedUpdate, userIds: readonly string[], claims: readonly ClientClaim[]): number
  /** The state has all rows up to this one, whoever wrote them. */
  adopt(seq: number): void
  /** Hands what was pushed to the group commit: several people's edits that were sent in one frame make one row. */
  commit(): void
}

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

export function createUncommitted(options: Options): Uncommitted {
  const { documentId, bootId, queue } = options
  let edits: Edit[] = []
  let frozen: AppendRequest | null = null
  let frozenBytes = 0
  let bytes = 0
  /** edits at the front that were handed over, and their bytes since the last time */
  let ready = 0
  let newBytes = 0
  let lastOrdinal = 0
  let durableOrdinal = 0
  let headSeq = options.headSeq

  const takeRow = (): Edit[] => {
    let size = 0
    const count = edits.findIndex((edit) => (size += edit.update.bytes.length) > MAX_ROW_BYTES)
    return edits.splice(0, count < 0 ? edits.length : Math.max(1, count))
  }

  const source: CommitSource = {
    freeze() {
      if (frozen !== null || edits.length === 0) return frozen
      const row = takeRow()
      ready = Math.max(0, ready - row.length)
      frozenBytes = row.reduce((size, edit) => size + edit.update.bytes.length, 0)
      frozen = {
        documentId,
        bytes: mergeAccepted(row.map((edit) => edit.update)),
        origin: { bootId, firstOrdinal: durableOrdinal + 1, lastOrdinal: durableOrdinal + row.length },
        userIds: [...new Set(row.flatMap((edit) => edit.userIds))],
        claims: row.flatMap((edit) => edit.claims),
        isSeed: false,
      }
      return frozen
    },
    committed(request, seq) {
      durableOrdinal = request.origin.lastOrdinal
      const isGap = seq > headSeq + 1
      headSeq = Math.max(headSeq, seq)
      settleFrozen()
      if (isGap) options.onGap()
      if (ready > 0) queue.add(source, 0)
      options.onCommitted({ seq, bytes: request.bytes.length })
    },
    rejected(reason) {
      settleFrozen()
      options.onRejected(reason)
    },
  }

  const settleFrozen = (): void => {
    bytes -= frozenBytes
    queue.release(frozenBytes)
    frozen = null
    frozenBytes = 0
  }

  return {
    get lastOrdinal() {
      return lastOrdinal
    },
    get durableOrdinal() {
      return durableOrdinal
    },
    get headSeq() {
      return headSeq
    },
    get bytes() {
      return bytes
    },
    push(update, userIds, claims) {
      edits.push({ update, userIds, claims })
      bytes += update.bytes.length
      newBytes += update.bytes.length
      queue.hold(update.bytes.length)
      return ++lastOrdinal
    },
    adopt: (seq) => void (headSeq = Math.max(headSeq, seq)),
    commit() {
      ready = edits.length
      if (ready > 0) queue.add(source, newBytes)
      newBytes = 0
    },
  }
}
