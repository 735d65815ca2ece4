import type { Pool } from 'pg'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { Origin } from './sessions.ts'

/** What history reads beside the log. */
export interface HistoryStore {
  /** The newest seq; null where the workspace has no such document. */
  headOf(workspaceId: WorkspaceId, documentId: DocumentId): Promise<number | null>
  origins(documentId: DocumentId): Promise<readonly Origin[]>
}

/** Of so many changes by git, the newest, the commits are told. */
const MAX_ORIGINS = 5_000

export function createHistoryStore(pool: Pool): HistoryStore {
  return {
    async headOf(workspaceId, documentId) {
      const { rows } = await pool.query<{ head_seq: string }>(
        `select h.head_seq from document d join document_head h on h.document_id = d.id
          where d.id = $1 and d.workspace_id = $2`,
        [documentId, workspaceId],
      )
      return rows[0] === undefined ? null : Number(rows[0].head_seq)
    },
    async origins(documentId) {
      const { rows } = await pool.query<{ from_seq: string; to_seq: string; commit: string; subject: string }>(
        'select from_seq, to_seq, commit, subject from document_origin where document_id = $1 order by to_seq desc limit $2',
        [documentId, MAX_ORIGINS],
      )
      return rows.map((row) => ({
        fromSeq: Number(row.from_seq),
        toSeq: Number(row.to_seq),
        commit: { hash: row.commit, subject: row.subject },
      }))
    },
  }
}
