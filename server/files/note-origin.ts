import type pg from 'pg'
import type { DocumentId } from '#shared/ids.ts'

/** Keeps, beside the log, the commit that a change by the disk came from. */
export type NoteOrigin = (
  documentId: DocumentId,
  origin: {
    readonly fromSeq: number
    readonly toSeq: number
    readonly commit: { readonly hash: string; readonly subject: string }
  },
) => Promise<void>

export const createNoteOrigin =
  (pool: pg.Pool): NoteOrigin =>
  async (documentId, { fromSeq, toSeq, commit }) => {
    // PostgreSQL's text holds no NUL.
    const subject = commit.subject.replaceAll('\0', '')
    await pool.query(
      `insert into document_origin (document_id, from_seq, to_seq, commit, subject)
        select document_id, $2::bigint, $3::bigint, $4, $5 from document_head where document_id = $1 and head_seq >= $3
        on conflict do nothing`,
      [documentId, fromSeq, toSeq, commit.hash, subject],
    )
  }
