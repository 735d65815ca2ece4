import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import type { ConflictId, DocumentId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { DiskConflict } from '#shared/protocol/agent.ts'
import type { Choice } from '#shared/text-conflict.ts'
import { newId } from '#server/platform/tokens.ts'

type Db = Pick<Pool | PoolClient, 'query'>

export interface ConflictRow extends DiskConflict {
  readonly id: ConflictId
  readonly documentId: DocumentId
  readonly path: string
  readonly choice: Choice | null
}

interface RawRow extends DiskConflict {
  readonly id: ConflictId
  readonly documentId: DocumentId
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

const SELECT = `select c.id, c.document_id as "documentId", d.path, c.start_anchor as "start", c.end_anchor as "end",
  c.base_text as base, c.document_text as document, c.disk_text as disk, c.merged_text as merged,
  c.text_before as before, c.text_after as after
  from disk_conflict c join document d on d.id = c.document_id and d.epoch = c.epoch`

const LIST_MAX = 200

const toRow = ({ before, after, ...row }: RawRow): ConflictRow => ({
  ...row,
  choice: before === null || after === null ? null : { before, after },
})

/** PostgreSQL's text holds neither NUL nor half a surrogate pair: nobody is asked about such a text. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** False where it was known already. */
export async function addConflict(db: Db, documentId: DocumentId, conflict: DiskConflict): Promise<boolean> {
  const { start, end, base, document, disk, merged } = conflict
  if (![base, document, disk, merged].every(isStorable)) return false
  const key = createHash('sha256').update(start).update(end).update(disk).digest('hex')
  const { rowCount } = await db.query(
    `insert into disk_conflict
        (id, document_id, epoch, key, start_anchor, end_anchor, base_text, document_text, disk_text, merged_text)
      select $1, id, epoch, $3, $4, $5, $6, $7, $8, $9 from document where id = $2
      on conflict (document_id, key) do nothing`,
    [newId(), documentId, key, Buffer.from(start), Buffer.from(end), base, document, disk, merged],
  )
  return rowCount === 1
}

/** Newest first; of one document where it is named. */
export async function listConflicts(
  db: Db,
  of: { readonly workspaceId: WorkspaceId; readonly documentId?: DocumentId },
): Promise<ConflictRow[]> {
  const { rows } = await db.query<RawRow>(
    `${SELECT} where d.workspace_id = $1 and ($2::text is null or d.id = $2) and d.deleted_at is null
      order by c.created_at desc, c.id limit ${LIST_MAX}`,
    [of.workspaceId, of.documentId ?? null],
  )
  return rows.map(toRow)
}

export async function findConflict(db: Db, workspaceId: WorkspaceId, id: ConflictId): Promise<ConflictRow | null> {
  const { rows } = await db.query<RawRow>(`${SELECT} where c.id = $1 and d.workspace_id = $2`, [id, workspaceId])
  return rows[0] === undefined ? null : toRow(rows[0])
}

/** A choice that was taken back is none. */
export async function noteChoice(
  db: Db,
  id: ConflictId,
  choice: Choice | null,
  by: { readonly start: Uint8Array; readonly end: Uint8Array; readonly userId: UserId },
): Promise<void> {
  await db.query(
    `update disk_conflict set text_before = $2, text_after = $3, decided_by = $4,
      decided_at = case when $4::text is null then null else now() end, start_anchor = $5, end_anchor = $6
      where id = $1`,
    [
      id,
      choice?.before ?? null,
      choice?.after ?? null,
      choice === null ? null : by.userId,
      Buffer.from(by.start),
      Buffer.from(by.end),
    ],
  )
}

/** Nobody takes back what was over for a day. */
export async function forgetConflicts(db: Db, ids: readonly ConflictId[]): Promise<void> {
  await db.query(
    `delete from disk_conflict where id = any($1) and coalesce(decided_at, created_at) < now() - interval '1 day'`,
    [ids],
  )
}
