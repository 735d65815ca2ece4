import type { Pool } from 'pg'
import type { AppendRequest, AppendResult } from './document-log.ts'

/**
 * One autocommit statement for all documents of a batch (D1). Heads are locked in the order of their ids; a locked
 * head or document row is skipped, never waited for. `done` finds ranges that an earlier try committed (D2); should
 * that try commit while this statement runs, `on conflict` keeps the range from being written twice, and the
 * document comes back as locked.
 */
const APPEND = `
with input as (
  select * from unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[])
    as t (document_id, bytes, boot_id, first_ordinal, last_ordinal, user_ids, is_seed)
), locked as (
  select h.document_id, h.head_seq from document_head h
    join input i on i.document_id = h.document_id
    join document d on d.id = h.document_id
    order by h.document_id
    for update of h skip locked for key share of d skip locked
), done as (
  select u.document_id, u.seq from document_update u join input i
    on u.document_id = i.document_id and u.boot_id = i.boot_id and u.first_ordinal = i.first_ordinal
), inserted as (
  insert into document_update (document_id, seq, bytes, boot_id, first_ordinal, last_ordinal, user_ids)
    select i.document_id, l.head_seq + 1, i.bytes, i.boot_id, i.first_ordinal, i.last_ordinal, string_to_array(i.user_ids, ',')
      from input i join locked l on l.document_id = i.document_id
      where i.is_seed = (l.head_seq = 0) and not exists (select 1 from done where done.document_id = i.document_id)
    on conflict do nothing
    returning document_id, seq
), bumped as (
  update document_head h set head_seq = n.seq from inserted n where h.document_id = n.document_id returning h.document_id
), claimed as (
  insert into client_id (document_id, client_id, user_id)
    select c.document_id, c.client_id, c.user_id
      from unnest($8::text[], $9::bigint[], $10::text[]) as c (document_id, client_id, user_id)
      join inserted n on n.document_id = c.document_id
    on conflict do nothing
)
select i.document_id, n.seq as inserted_seq, d.seq as done_seq, l.head_seq,
    exists (select 1 from document_head h where h.document_id = i.document_id) as is_there
  from input i
  left join inserted n on n.document_id = i.document_id
  left join done d on d.document_id = i.document_id
  left join locked l on l.document_id = i.document_id`

interface OutcomeRow {
  readonly document_id: string
  readonly inserted_seq: string | null
  readonly done_seq: string | null
  readonly head_seq: string | null
  readonly is_there: boolean
}

function outcome(request: AppendRequest, row: OutcomeRow | undefined): AppendResult {
  const seq = row?.done_seq ?? row?.inserted_seq ?? null
  if (seq !== null) return { status: 'committed', seq: Number(seq) }
  if (row === undefined || !row.is_there) return { status: 'missing' }
  if (row.head_seq === null) return { status: 'locked' }
  // Locked by us and right for it, yet not inserted: the conflict described above.
  return request.isSeed === (row.head_seq === '0') ? { status: 'locked' } : { status: 'refused' }
}

export async function appendBatch(pool: Pool, batch: readonly AppendRequest[]): Promise<AppendResult[]> {
  const claims = batch.flatMap(({ documentId, claims: list }) => list.map((claim) => ({ documentId, ...claim })))
  const { rows } = await pool.query<OutcomeRow>({
    name: 'sync_append',
    text: APPEND,
    values: [
      batch.map((request) => request.documentId),
      // node-postgres writes plain Uint8Arrays inside arrays as JSON.
      batch.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
      batch.map((request) => request.origin.bootId),
      batch.map((request) => request.origin.firstOrdinal),
      batch.map((request) => request.origin.lastOrdinal),
      batch.map((request) => request.userIds.join(',')),
      batch.map((request) => request.isSeed),
      claims.map((claim) => claim.documentId),
      claims.map((claim) => claim.clientId),
      claims.map((claim) => claim.userId),
    ],
  })
  const byId = new Map(rows.map((row) => [row.document_id, row]))
  return batch.map((request) => outcome(request, byId.get(request.documentId)))
}
