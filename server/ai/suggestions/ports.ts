import type { PoolClient } from 'pg'
import type { DocumentId } from '#shared/ids.ts'

/** Two Yjs relative positions: the start with assoc 0, the end with assoc -1. */
export interface TextRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** UTF-16 offsets, `to` exclusive. */
export interface Place {
  readonly from: number
  readonly to: number
}

export interface Rewrite {
  readonly range: TextRange
  readonly isLines: boolean
  readonly expected: string
  readonly insert: string
}

export interface EditAuthors {
  readonly author: string
  readonly userIds: readonly string[]
  /** who lets it into the document */
  readonly editor: string
}

type Rewritten =
  | { readonly status: 'done'; readonly seq: number | null; readonly ranges: readonly TextRange[] }
  | { readonly status: 'conflict'; readonly current: readonly (string | null)[] }

/** A document whose head is locked; see sync's SPEC, D7. */
export interface DocumentPage {
  readonly tx: Pick<PoolClient, 'query'>
  rewrite(rewrites: readonly Rewrite[], by: EditAuthors): Promise<Rewritten>
}

/** What suggestions need of the sync engine. */
export interface SyncPort {
  locate(
    documentId: DocumentId,
    ranges: readonly TextRange[],
  ): Promise<{ readonly text: string; readonly seq: number; readonly places: readonly (Place | null)[] }>
  anchorAt(documentId: DocumentId, seq: number, places: readonly Place[]): Promise<readonly TextRange[]>
  amend<T>(documentId: DocumentId, work: (page: DocumentPage) => Promise<T>): Promise<T>
}
