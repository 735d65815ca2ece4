import type { Pool, PoolClient } from 'pg'
import type { HunkStatus, SuggestionPerson } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import type { ChatMessageId, DocumentId, SuggestionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { TextRange } from './ports.ts'

export type Db = Pick<Pool | PoolClient, 'query'>

export interface DocumentRow {
  readonly id: DocumentId
  readonly path: string
  readonly epoch: number
}

/** A document of this workspace; a foreign one is missing. */
export async function requireDocument(db: Db, workspaceId: WorkspaceId, documentId: DocumentId): Promise<DocumentRow> {
  const { rows } = await db.query<DocumentRow>(
    'select id, path, epoch from document where id = $1 and workspace_id = $2',
    [documentId, workspaceId],
  )
  if (!rows[0]) throw new AppError('not_found')
  return rows[0]
}

export interface SuggestionRow {
  readonly id: SuggestionId
  readonly documentId: DocumentId
  readonly path: string
  readonly isOfThisEpoch: boolean
  readonly title: string
  readonly source: 'ai' | 'person'
  readonly requesterId: UserId
  readonly requester: SuggestionPerson | null
  readonly model: string | null
  readonly messageId: string | null
  readonly createdAt: Date
}

const PERSON = (alias: string): string =>
  `case when ${alias}.id is not null then json_build_object('id', ${alias}.id, 'name', ${alias}.name, 'color', ${alias}.color) end`

const SUGGESTION = `select s.id, s.document_id as "documentId", d.path, s.epoch = d.epoch as "isOfThisEpoch", s.title, s.source,
  s.requester_id as "requesterId", ${PERSON('u')} as requester, s.model, s.message_id as "messageId",
  s.created_at as "createdAt"
  from suggestion s join document d on d.id = s.document_id left join user_account u on u.id = s.requester_id`

export async function requireSuggestion(db: Db, workspaceId: WorkspaceId, id: SuggestionId): Promise<SuggestionRow> {
  const { rows } = await db.query<SuggestionRow>(`${SUGGESTION} where s.id = $1 and s.workspace_id = $2`, [
    id,
    workspaceId,
  ])
  if (!rows[0]) throw new AppError('not_found')
  return rows[0]
}

/** What is looked at while it waits, and for a day after. */
const IS_CURRENT = `exists (select 1 from suggestion_hunk h where h.suggestion_id = s.id
  and (h.status = 'open' or h.decided_at > now() - interval '1 day'))`
const LIST_MAX = 100

/** Newest first. */
export async function listSuggestions(
  db: Db,
  of: { readonly workspaceId: WorkspaceId; readonly documentId: DocumentId | null; readonly isAll: boolean },
): Promise<SuggestionRow[]> {
  const { rows } = await db.query<SuggestionRow>(
    `${SUGGESTION} where s.workspace_id = $1 and ($2::text is null or s.document_id = $2) and ($3 or ${IS_CURRENT})
      order by s.created_at desc, s.id limit ${LIST_MAX}`,
    [of.workspaceId, of.documentId, of.isAll],
  )
  return rows
}

export async function countHunks(
  db: Db,
  ids: readonly SuggestionId[],
): Promise<ReadonlyMap<string, Record<HunkStatus, number>>> {
  const { rows } = await db.query<{ id: string; status: HunkStatus; count: number }>(
    `select suggestion_id as id, status, count(*)::int as count from suggestion_hunk
      where suggestion_id = any($1) group by suggestion_id, status`,
    [ids],
  )
  const counts = new Map<string, Record<HunkStatus, number>>(
    ids.map((id) => [id, { open: 0, accepted: 0, rejected: 0, undone: 0 }]),
  )
  for (const { id, status, count } of rows) (counts.get(id) as Record<HunkStatus, number>)[status] = count
  return counts
}

/** How much there is to read of each. */
export async function measureHunks(
  db: Db,
  ids: readonly SuggestionId[],
): Promise<ReadonlyMap<string, { readonly hunks: number; readonly chars: number }>> {
  const { rows } = await db.query<{ id: string; hunks: number; chars: number }>(
    `select suggestion_id as id, count(*)::int as hunks, sum(length(base_text) + length(new_text))::int as chars
      from suggestion_hunk where suggestion_id = any($1) group by suggestion_id`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

export interface HunkRow extends TextRange {
  readonly suggestionId: SuggestionId
  readonly position: number
  readonly status: HunkStatus
  readonly baseText: string
  readonly newText: string
  readonly decidedById: string | null
  readonly decidedBy: SuggestionPerson | null
  readonly decidedAt: Date | null
}

export async function readHunks(db: Db, ids: readonly SuggestionId[]): Promise<HunkRow[]> {
  const { rows } = await db.query<HunkRow>(
    `select h.suggestion_id as "suggestionId", h.position, h.status, h.start_anchor as start, h.end_anchor as end,
      h.base_text as "baseText", h.new_text as "newText", h.decided_by as "decidedById", ${PERSON('u')} as "decidedBy",
      h.decided_at as "decidedAt"
    from suggestion_hunk h left join user_account u on u.id = h.decided_by
    where h.suggestion_id = any($1) order by h.suggestion_id, h.position`,
    [ids],
  )
  return rows
}

/** Decisions on one suggestion wait for each other. */
export async function lockSuggestion(tx: Db, id: SuggestionId): Promise<void> {
  const { rowCount } = await tx.query('select 1 from suggestion where id = $1 for update', [id])
  if (rowCount === 0) throw new AppError('not_found')
}

/** Suggestions of a document that still have something open. */
export async function countOpen(tx: Db, documentId: DocumentId): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from suggestion s where s.document_id = $1
      and exists (select 1 from suggestion_hunk h where h.suggestion_id = s.id and h.status = 'open')`,
    [documentId],
  )
  return rows[0]?.count ?? 0
}

export interface NewSuggestion {
  readonly id: SuggestionId
  readonly workspaceId: WorkspaceId
  readonly document: DocumentRow
  readonly title: string
  readonly source: 'ai' | 'person'
  readonly requesterId: UserId
  readonly model: string | null
  readonly messageId: ChatMessageId | null
  readonly hunks: readonly (TextRange & { readonly baseText: string; readonly newText: string })[]
}

export async function insertSuggestion(tx: Db, it: NewSuggestion): Promise<void> {
  await tx.query(
    `insert into suggestion (id, workspace_id, document_id, epoch, title, source, requester_id, model, message_id)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      it.id,
      it.workspaceId,
      it.document.id,
      it.document.epoch,
      it.title,
      it.source,
      it.requesterId,
      it.model,
      it.messageId,
    ],
  )
  await tx.query(
    `insert into suggestion_hunk (suggestion_id, position, start_anchor, end_anchor, base_text, new_text)
      select $1, t.position - 1, t.start_anchor, t.end_anchor, t.base_text, t.new_text
      from unnest($2::bytea[], $3::bytea[], $4::text[], $5::text[])
        with ordinality as t (start_anchor, end_anchor, base_text, new_text, position)`,
    [
      it.id,
      it.hunks.map(({ start }) => Buffer.from(start)),
      it.hunks.map(({ end }) => Buffer.from(end)),
      it.hunks.map(({ baseText }) => baseText),
      it.hunks.map(({ newText }) => newText),
    ],
  )
}

/** What a decision makes of one hunk; the texts and the place only where they change. */
export interface HunkChange extends TextRange {
  readonly position: number
  readonly status: HunkStatus
  readonly baseText: string
  readonly newText: string
}

export async function changeHunks(
  tx: Db,
  id: SuggestionId,
  changes: readonly HunkChange[],
  by: { readonly userId: UserId; readonly seq: number | null },
): Promise<void> {
  await tx.query(
    `update suggestion_hunk h set status = t.status, start_anchor = t.start_anchor, end_anchor = t.end_anchor,
        base_text = t.base_text, new_text = t.new_text, decided_by = $8, decided_at = now(),
        accepted_seq = case when t.status = 'accepted' then $9::bigint else h.accepted_seq end,
        undone_seq = case when t.status = 'undone' then $9::bigint end
      from unnest($2::int[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::text[])
        as t (position, status, start_anchor, end_anchor, base_text, new_text)
      where h.suggestion_id = $1 and h.position = t.position`,
    [
      id,
      changes.map(({ position }) => position),
      changes.map(({ status }) => status),
      changes.map(({ start }) => Buffer.from(start)),
      changes.map(({ end }) => Buffer.from(end)),
      changes.map(({ baseText }) => baseText),
      changes.map(({ newText }) => newText),
      by.userId,
      by.seq,
    ],
  )
}
