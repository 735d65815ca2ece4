import type pg from 'pg'
import type { DeletedFile } from '#shared/api/files.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { toNfc } from '#shared/paths.ts'
import { DISPLACED } from './document-rows.ts'

/** A document that may have no file any more. */
export interface DeletedRow {
  readonly id: DocumentId
  readonly path: string
  readonly realPath: string
  /** another document has its name */
  readonly isDisplaced: boolean
  /** epoch milliseconds */
  readonly deletedAt: number | null
  readonly deletedBy: DeletedFile['deletedBy']
  readonly headSeq: number
  readonly bom: boolean
  /** of the file as it was last on the disk */
  readonly lineEndings: string
  readonly baseSeq: number
}

interface RawRow {
  id: string
  path: string
  real_path: string
  deleted_at: Date | null
  name: string | null
  color: number | null
  head_seq: string
  bom: boolean
  line_endings: string | null
  base_seq: string | null
}

const isUniqueViolation = (error: unknown): boolean => (error as { code?: unknown }).code === '23505'

/** Rows of documents whose files may be gone, and how one gets a name again. */
export function createDeletedRows(pool: pg.Pool) {
  return {
    /** All documents of a workspace that were ever written, the last deleted first. */
    async all(workspaceId: WorkspaceId): Promise<DeletedRow[]> {
      const { rows } = await pool.query<RawRow>(
        `select d.id, d.path, d.real_path, d.deleted_at, d.bom, u.name, u.color, h.head_seq, b.line_endings,
           b.seq as base_seq
         from document d join document_head h on h.document_id = d.id and h.head_seq > 0
           left join file_base b on b.document_id = d.id left join user_account u on u.id = d.deleted_by
         where d.workspace_id = $1 order by d.deleted_at desc nulls last, d.real_path`,
        [workspaceId],
      )
      return rows.map((raw) => ({
        id: raw.id as DocumentId,
        path: raw.path,
        realPath: raw.real_path,
        isDisplaced: raw.path.startsWith(DISPLACED),
        deletedAt: raw.deleted_at?.getTime() ?? null,
        deletedBy: raw.name === null || raw.color === null ? null : { name: raw.name, color: raw.color },
        headSeq: Number(raw.head_seq),
        bom: raw.bom,
        lineEndings: raw.line_endings ?? 'lf',
        baseSeq: Number(raw.base_seq ?? 0),
      }))
    },
    /** When each was last written, as far as the log still says it. */
    async lastEdits(ids: readonly DocumentId[]): Promise<ReadonlyMap<string, number>> {
      const { rows } = await pool.query<{ id: string; at: Date | null }>(
        `select d.id, coalesce(
           (select at from document_update u where u.document_id = d.id order by seq desc limit 1),
           (select at from document_snapshot s where s.document_id = d.id)) as at
         from unnest($1::text[]) as d(id)`,
        [ids],
      )
      return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at.getTime()] as const])))
    },
    /** Gives a deleted document this name, which another deleted one loses; false where a file's document has it. */
    async claim(workspaceId: WorkspaceId, documentId: DocumentId, realPath: string): Promise<boolean> {
      try {
        await pool.query(
          `update document set path = '${DISPLACED}' || id
           where workspace_id = $1 and path = $3 and id <> $2 and deleted_at is not null`,
          [workspaceId, documentId, toNfc(realPath)],
        )
        await pool.query('update document set path = $2, real_path = $3 where id = $1', [
          documentId,
          toNfc(realPath),
          realPath,
        ])
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },
    /** It keeps the name it had before it was to be made again. */
    async giveBack({ id, realPath }: DeletedRow): Promise<void> {
      await pool.query(
        `update document set path = '${DISPLACED}' || id, real_path = $2,
           deleted_at = coalesce(deleted_at, now()) where id = $1`,
        [id, realPath],
      )
    },
    async setBack(documentId: DocumentId): Promise<void> {
      await pool.query('update document set deleted_at = null, deleted_by = null where id = $1', [documentId])
    },
  }
}
