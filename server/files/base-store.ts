import type pg from 'pg'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { FileBaseRecord } from '#shared/protocol/agent.ts'

/** Whose word it is: an agent that was replaced must not move the base under its successor. */
export interface AgentIdentity {
  readonly workspaceId: WorkspaceId
  readonly generation: number
}

export interface BaseStore {
  get(agent: AgentIdentity, documentId: DocumentId): Promise<FileBaseRecord | null>
  intend(agent: AgentIdentity, input: { documentId: DocumentId; seq: number; sha256: string }): Promise<void>
  set(
    agent: AgentIdentity,
    input: { documentId: DocumentId; seq: number; sha256: string; lineEndings: string },
  ): Promise<void>
}

/** K1, K4: where disk and document last agreed. Each write is one statement that also checks the generation. */
export function createBaseStore(pool: pg.Pool): BaseStore {
  const OWN = `from document d join workspace w on w.id = d.workspace_id
    where d.id = $1 and w.id = $2 and w.generation = $3 and w.deleted_at is null`

  const write = async (sql: string, values: unknown[]): Promise<void> => {
    const { rowCount } = await pool.query(sql, values)
    if (rowCount === 0) throw new AppError('not_found')
  }

  return {
    async get({ workspaceId, generation }, documentId) {
      const { rows } = await pool.query<{
        seq: string | null
        sha256: string
        intent_seq: string | null
        intent_sha256: string | null
        line_endings: string
      }>(
        `select b.seq, b.sha256, b.intent_seq, b.intent_sha256, b.line_endings
         from document d join workspace w on w.id = d.workspace_id left join file_base b on b.document_id = d.id
         where d.id = $1 and w.id = $2 and w.generation = $3 and w.deleted_at is null`,
        [documentId, workspaceId, generation],
      )
      const [row] = rows
      if (row === undefined) throw new AppError('not_found')
      if (row.seq === null) return null
      return {
        seq: Number(row.seq),
        sha256: row.sha256,
        intentSeq: row.intent_seq === null ? null : Number(row.intent_seq),
        intentSha256: row.intent_sha256,
        lineEndings: row.line_endings,
      }
    },

    // Before the first base there is nothing to intend: the agent records the seed before it writes.
    intend: ({ workspaceId, generation }, { documentId, seq, sha256 }) =>
      write(
        `insert into file_base (document_id, seq, sha256, intent_seq, intent_sha256)
         select d.id, 0, '', $4::bigint, $5 ${OWN}
         on conflict (document_id) do update set intent_seq = excluded.intent_seq, intent_sha256 = excluded.intent_sha256,
           updated_at = now()`,
        [documentId, workspaceId, generation, seq, sha256],
      ),

    set: ({ workspaceId, generation }, { documentId, seq, sha256, lineEndings }) =>
      write(
        `insert into file_base (document_id, seq, sha256, line_endings)
         select d.id, $4::bigint, $5, $6 ${OWN}
         on conflict (document_id) do update set seq = excluded.seq, sha256 = excluded.sha256,
           line_endings = excluded.line_endings, intent_seq = null, intent_sha256 = null, updated_at = now()`,
        [documentId, workspaceId, generation, seq, sha256, lineEndings],
      ),
  }
}
