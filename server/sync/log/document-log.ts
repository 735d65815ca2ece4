import type { PoolClient } from 'pg'
import type { DocumentId } from '#shared/ids.ts'

/** Which edits of which life of a room a row holds (D2): unique per document, so that a retry is harmless. */
export interface Origin {
  readonly bootId: string
  readonly firstOrdinal: number
  readonly lastOrdinal: number
}

export interface ClientClaim {
  readonly clientId: number
  readonly userId: string
}

/** One row to append; a batch holds at most one a document. */
export interface AppendRequest {
  readonly documentId: DocumentId
  readonly bytes: Uint8Array
  readonly origin: Origin
  readonly userIds: readonly string[]
  /** client ids that now belong to somebody (A4), stored with the row */
  readonly claims: readonly ClientClaim[]
  /** true only for seq 1 (L2) */
  readonly isSeed: boolean
}

export type AppendResult =
  /** also for a range that an earlier try had committed already */
  | { readonly status: 'committed'; readonly seq: number }
  /** somebody else holds the document's head: try again, alone */
  | { readonly status: 'locked' }
  /** a seed for a seeded document, or an edit for an unseeded one (L2) */
  | { readonly status: 'refused' }
  | { readonly status: 'missing' }

export interface LogRow {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly userIds: readonly string[]
  /** epoch milliseconds */
  readonly at: number
}

/** A consistent view of one document (L1): rows follow snapshotSeq without a gap up to headSeq. */
export interface StoredDocument {
  readonly headSeq: number
  readonly snapshotSeq: number
  readonly snapshot: Uint8Array | null
  readonly rows: readonly LogRow[]
  readonly claims: readonly ClientClaim[]
}

export interface Compaction {
  readonly documentId: DocumentId
  /** compare-and-set: nothing happens where the stored one differs */
  readonly expectedSnapshotSeq: number
  readonly seq: number
  readonly snapshot: Uint8Array
  /** the state becomes a keyframe of the history too */
  readonly isKeyframe: boolean
}

/** What is needed to rebuild the state at a seq: apply `base`, then every update, in order. */
export interface HistorySlice {
  readonly base: Uint8Array | null
  readonly updates: readonly Uint8Array[]
}

/** What rebuilds every moment of a stretch: `base` is the state at `baseSeq`, and the rows follow it without a gap. */
export interface LogRange {
  readonly baseSeq: number
  readonly base: Uint8Array | null
  readonly rows: readonly LogRow[]
}

/** Who wrote a row, and when. */
export type RowFact = Omit<LogRow, 'bytes'>

/** A row that the server itself writes, and the client id made for it. */
export type AmendRow = Pick<AppendRequest, 'bytes' | 'userIds' | 'claims'>

/** One document whose head nobody else moves meanwhile. */
export interface LockedDocument {
  readonly stored: StoredDocument
  /** Other statements of the same transaction: what they change stands or falls with the rows. */
  readonly tx: LogTransaction
  /** Writes the row that follows the head, and answers its seq. Throws `unavailable` before the seed (L2). */
  append(row: AmendRow): Promise<number>
}

/** What a use case needs of the transaction; the log in memory has no tables to ask. */
export type LogTransaction = Pick<PoolClient, 'query'>

/** The only truth (principle 1). Each method is one transaction; each may throw LogUnavailable. */
export interface DocumentLog {
  /** In the order of the batch. After a throw it is unknown what was committed: retry the same ranges. */
  append(batch: readonly AppendRequest[]): Promise<AppendResult[]>
  /**
   * Locks the document's head, lets `work` look and write, and commits all of it or nothing. Throws `not_found`,
   * `unavailable` where the head stays locked, and whatever `work` throws. Where the connection breaks it is unknown
   * whether it was committed: `work` must be able to see that by what it reads when it is tried again.
   */
  amend<T>(documentId: DocumentId, work: (locked: LockedDocument) => Promise<T>): Promise<T>
  /** null: no such document */
  load(documentId: DocumentId): Promise<StoredDocument | null>
  /** Stores the snapshot, moves the rows it covers to the history. False: somebody else compacted first. */
  compact(compaction: Compaction): Promise<boolean>
  /** null: no such document, a seq that it never had, or one that is no longer kept */
  history(documentId: DocumentId, seq: number): Promise<HistorySlice | null>
  /** From a state at or before `from`, with the rows up to `to`. null as with `history` */
  range(documentId: DocumentId, from: number, to: number): Promise<LogRange | null>
  /** Ascending and without a gap up to `before`, itself excluded: at least `atLeast` of them, or all there are. */
  facts(documentId: DocumentId, before: number, atLeast: number): Promise<RowFact[]>
}

/** The database cannot be reached or asks to come back: every document is affected alike. */
export class LogUnavailable extends Error {}
