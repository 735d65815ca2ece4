import { z } from 'zod'
import { documentId, workspaceId } from './id.ts'

const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const historyListInput = z.strictObject({
  workspaceId,
  documentId,
  /** older than this moment; the newest where absent */
  before: seq.exactOptional(),
})
export const momentInput = z.strictObject({ workspaceId, documentId, seq })

/** Who wrote: a person, a guest, AI, or what keeps the disk. */
export interface HistoryAuthor {
  readonly id: string
  /** of AI, who asked it; null: their account is no longer here */
  readonly name: string | null
  readonly color: number
  readonly kind: 'person' | 'guest' | 'ai' | 'disk'
}

/** Where a change by the disk came from. */
export interface HistoryCommit {
  /** whole; seven characters are shown */
  readonly hash: string
  readonly subject: string
}

/** A session of work: what the same kind of author did without a long pause. */
export interface HistoryEntry {
  readonly fromSeq: number
  /** the moment it ended at, which can be looked at and restored */
  readonly toSeq: number
  /** epoch milliseconds */
  readonly fromAt: number
  readonly toAt: number
  /** `opened`: the file as it was when it was first opened. `disk`: programs changed it, or git. */
  readonly kind: 'people' | 'disk' | 'opened'
  /** in the order in which they first wrote */
  readonly authorIds: readonly string[]
  /** lines */
  readonly added: number
  readonly removed: number
  readonly commit?: HistoryCommit
}

export interface HistoryPage {
  /** newest first */
  readonly entries: readonly HistoryEntry[]
  /** for the next page; null at the beginning of the document */
  readonly nextBefore: number | null
  readonly authors: readonly HistoryAuthor[]
}

export interface HistoryMoment {
  readonly seq: number
  /** epoch milliseconds; null for seq 0, the empty beginning */
  readonly at: number | null
  readonly text: string
}
