import type pg from 'pg'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { isWithin, movedPath, parentOf, toNfc } from '#shared/paths.ts'
import type { TreeMove } from '#shared/protocol/agent.ts'
import { newId } from '#server/platform/tokens.ts'

export interface DocumentRow {
  readonly id: DocumentId
  readonly workspaceId: WorkspaceId
  readonly path: string
  /** as spelled on the disk; `path` is its NFC */
  readonly realPath: string
  readonly epoch: number
  readonly headSeq: number
}

export interface MovedDocument {
  readonly documentId: DocumentId
  readonly from: string
  readonly to: string
}

/** Rows of documents: one for each real path of a workspace. */
export interface DocumentRows {
  belongs(workspaceId: WorkspaceId, documentId: DocumentId): Promise<boolean>
  find(documentId: DocumentId): Promise<DocumentRow | null>
  findByPath(workspaceId: WorkspaceId, path: string): Promise<DocumentRow | null>
  /** Finds or makes the row, and its head, of the file at a real path. */
  ensure(workspaceId: WorkspaceId, realPath: string): Promise<DocumentRow>
  /** Removes a row that was made for what turned out to be no document. */
  removeUnseeded(documentId: DocumentId): Promise<void>
  setBom(documentId: DocumentId, bom: boolean): Promise<void>
  /** Documents follow their file, which is on the disk under its new name. */
  move(workspaceId: WorkspaceId, from: string, to: string): Promise<MovedDocument[]>
  /** Whether any document may be at or below one of these names. */
  hasAny(workspaceId: WorkspaceId, moves: readonly TreeMove[]): Promise<boolean>
  /** Marks all at and below a path as gone from the disk, by whom where a person deleted it, or as back again. */
  setGone(workspaceId: WorkspaceId, path: string, isGone: boolean, by?: string | null): Promise<void>
  /** of files that have been opened and were not deleted since */
  realPaths(workspaceId: WorkspaceId): Promise<string[]>
  /** Where these documents of the workspace are, of those that were not deleted. */
  pathsOf(workspaceId: WorkspaceId, documentIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Answers the path that is gone. */
  markGone(documentId: DocumentId): Promise<string>
}

interface RawRow {
  id: string
  workspace_id: string
  path: string
  real_path: string
  epoch: number
  head_seq: string | null
}

const SELECT = `select d.id, d.workspace_id, d.path, d.real_path, d.epoch, h.head_seq
  from document d join document_head h on h.document_id = d.id join workspace w on w.id = d.workspace_id
  where w.deleted_at is null and `

/** Before the id of a deleted document whose name another one has; what it was called is its real path. */
export const DISPLACED = '.pairloom~gone/'

/** Escapes what LIKE would take for a pattern. */
const below = (path: string): string => `${path.replaceAll(/[\\%_]/g, String.raw`\$&`)}/%`

export function createDocumentRows(pool: pg.Pool): DocumentRows {
  const toRow = (raw: RawRow | undefined): DocumentRow | null =>
    raw === undefined
      ? null
      : {
          id: raw.id as DocumentId,
          workspaceId: raw.workspace_id as WorkspaceId,
          path: raw.path,
          realPath: raw.real_path,
          epoch: raw.epoch,
          headSeq: Number(raw.head_seq),
        }

  const inTransaction = async <T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const result = await use(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }

  return {
    async belongs(workspaceId, documentId) {
      const { rowCount } = await pool.query('select 1 from document where id = $1 and workspace_id = $2', [
        documentId,
        workspaceId,
      ])
      return rowCount === 1
    },
    async find(documentId) {
      return toRow((await pool.query<RawRow>(`${SELECT} d.id = $1`, [documentId])).rows[0])
    },
    async findByPath(workspaceId, path) {
      return toRow(
        (await pool.query<RawRow>(`${SELECT} d.workspace_id = $1 and d.path = $2`, [workspaceId, toNfc(path)])).rows[0],
      )
    },
    ensure: (workspaceId, realPath) =>
      inTransaction(async (client) => {
        const path = toNfc(realPath)
        const { rows } = await client.query<RawRow>(
          `insert into document (id, workspace_id, path, real_path) values ($1, $2, $3, $4)
           on conflict (workspace_id, path) do update set real_path = excluded.real_path, deleted_at = null,
             deleted_by = null
           returning id, workspace_id, path, real_path, epoch, null as head_seq`,
          [newId(), workspaceId, path, realPath],
        )
        const row = rows[0]!
        await client.query('insert into document_head (document_id) values ($1) on conflict do nothing', [row.id])
        const { rows: heads } = await client.query<{ head_seq: string }>(
          'select head_seq from document_head where document_id = $1',
          [row.id],
        )
        return toRow({ ...row, head_seq: heads[0]?.head_seq ?? '0' })!
      }),
    async removeUnseeded(documentId) {
      await pool.query(
        'delete from document d using document_head h where d.id = $1 and h.document_id = d.id and h.head_seq = 0',
        [documentId],
      )
    },
    async setBom(documentId, bom) {
      await pool.query('update document set bom = $2 where id = $1 and bom <> $2', [documentId, bom])
    },
    move: (workspaceId, realFrom, realTo) =>
      inTransaction(async (client) => {
        const from = toNfc(realFrom)
        const to = toNfc(realTo)
        const { rows } = await client.query<{ id: string; path: string; real_path: string }>(
          'select id, path, real_path from document where workspace_id = $1 and (path = $2 or path like $3) for update',
          [workspaceId, from, below(from)],
        )
        const moved = rows.map((row) => ({
          documentId: row.id as DocumentId,
          from: row.path,
          to: movedPath(row.path, from, to),
          // Told in another Unicode form than the disk has it: what follows is found by either.
          realPath: isWithin(row.real_path, realFrom)
            ? movedPath(row.real_path, realFrom, realTo)
            : movedPath(row.path, from, realTo),
        }))
        const ids = moved.map((m) => m.documentId)
        // Rows already there are of files that were deleted: the disk was free. Their history stays under another name.
        await client.query(
          `update document set path = '${DISPLACED}' || id, deleted_at = coalesce(deleted_at, now())
           where workspace_id = $1 and path = any($2) and id <> all($3)`,
          [workspaceId, moved.map((m) => m.to), ids],
        )
        await client.query(
          `update document d set path = m.path, real_path = m.real_path, deleted_at = null, deleted_by = null
           from unnest($1::text[], $2::text[], $3::text[]) as m(id, path, real_path) where d.id = m.id`,
          [ids, moved.map((m) => m.to), moved.map((m) => m.realPath)],
        )
        return moved
      }),
    async hasAny(workspaceId, moves) {
      const { rows } = await pool.query<{ path: string }>('select path from document where workspace_id = $1', [
        workspaceId,
      ])
      const froms = new Set(moves.map((move) => toNfc(move.from)))
      const isBelow = (path: string): boolean => {
        for (let at = path; at !== ''; at = parentOf(at)) if (froms.has(at)) return true
        return false
      }
      return rows.some(({ path }) => isBelow(path))
    },
    async setGone(workspaceId, path, isGone, by = null) {
      await pool.query(
        `update document set deleted_at = case when $4 then coalesce(deleted_at, now()) end,
           deleted_by = case when $4 then coalesce(deleted_by, $5) end
         where workspace_id = $1 and (path = $2 or path like $3)`,
        [workspaceId, toNfc(path), below(toNfc(path)), isGone, by],
      )
    },
    async realPaths(workspaceId) {
      const { rows } = await pool.query<{ real_path: string }>(
        `select d.real_path from document d join document_head h on h.document_id = d.id
         where d.workspace_id = $1 and d.deleted_at is null and h.head_seq > 0`,
        [workspaceId],
      )
      return rows.map((row) => row.real_path)
    },
    async pathsOf(workspaceId, documentIds) {
      const { rows } = await pool.query<{ id: string; path: string }>(
        'select id, path from document where workspace_id = $1 and id = any($2) and deleted_at is null',
        [workspaceId, documentIds],
      )
      return new Map(rows.map(({ id, path }) => [id, path]))
    },
    async markGone(documentId) {
      const { rows } = await pool.query<{ path: string }>(
        'update document set deleted_at = coalesce(deleted_at, now()) where id = $1 returning path',
        [documentId],
      )
      return rows[0]?.path ?? ''
    },
  }
}
