import type { PoolClient } from 'pg'
import type { DocumentId } from '#shared/ids.ts'

interface TextRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** What conflicts need of the sync engine. */
export interface ConflictSync {
  locate(
    documentId: DocumentId,
    ranges: readonly TextRange[],
  ): Promise<{
    readonly text: string
    readonly places: readonly ({ readonly from: number; readonly to: number } | null)[]
  }>
  amend<T>(documentId: DocumentId, work: (page: ConflictPage) => Promise<T>): Promise<T>
}

interface ConflictPage {
  readonly tx: Pick<PoolClient, 'query'>
  rewrite(
    rewrites: readonly { range: TextRange; isLines: boolean; expected: string; insert: string }[],
    by: { author: string; userIds: readonly string[]; editor: string },
  ): Promise<
    | { readonly status: 'done'; readonly ranges: readonly TextRange[] }
    | { readonly status: 'conflict'; readonly current: readonly (string | null)[] }
  >
}
