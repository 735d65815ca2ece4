import type { Pool } from 'pg'
import { bigintArray, booleanArray, byteaArray, textArray } from './binary-array.ts'
import type { AppendRequest, AppendResult } from './document-log.ts'

/** What stands in the answer for a document whose row got no seq; a seq is above 0. */
const OUTCOME = { missing: 0, locked: -1, refused: -2 } as const

/**
 * One autocommit statement for all documents of a batch (D1). Heads are locked in the order of their ids; a locked
 * head or document row is skipped, never waited for. `done_seq` finds ranges that an earlier try committed (D2); should
 * that try commit while this statement runs, `on conflict` keeps the range from being written twice, and the
 * document comes back as locked.
 *
 * Each document's rows are looked up in a subquery of its own: the plan is made once, on tables that are empty yet, and
 * where it may join whole tables it does, and goes on reading all of them at every keystroke while they grow.
 */
const APPEND = `
with input as (
  select * from unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[])
    with ordinality as t (document_id, bytes, boot_id, first_ordinal, last_ordinal, user_ids, is_seed, place)
), locked as materialized (
  select i.*, h.head_seq, (
      select u.seq from document_update u
        where u.document_id = i.document_id and u.boot_id = i.boot_id and u.first_ordinal = i.first_ordinal
    ) as done_seq
    from input i left join lateral (
      select h.head_seq from document_head h join document d on d.id = h.document_id
        where h.document_id = i.document_id
        for update of h skip locked for key share of d skip locked
    ) h on true
), inserted as (
  insert into document_update (document_id, seq, bytes, boot_id, first_ordinal, last_ordinal, user_ids)
    select document_id, head_seq + 1, bytes, boot_id, first_ordinal, last_ordinal, string_to_array(user_ids, ',')
      from locked where done_seq is null and is_seed = (head_seq = 0)
    on conflict do nothing
    returning document_id, seq
), bumped as (
  update document_head h set head_seq = n.seq from inserted n where h.document_id = n.document_id
), claimed as (
  insert into client_id (document_id, client_id, user_id)
    select c.document_id, c.client_id, c.user_id
      from unnest($8::text[], $9::bigint[], $10::text[]) as c (document_id, client_id, user_id)
      join inserted n on n.document_id = c.document_id
    on conflict do nothing
)
select string_agg(coalesce(l.done_seq, n.seq, case
    when l.head_seq is null then case
      when exists (select 1 from document_head h where h.document_id = l.document_id) then ${OUTCOME.locked}
      else ${OUTCOME.missing} end
    -- Locked by us and right for it, yet not inserted: the conflict described above.
    when l.is_seed = (l.head_seq = 0) then ${OUTCOME.locked}
    else ${OUTCOME.refused} end)::text, ' ' order by l.place) as outcomes
  from locked l left join inserted n on n.document_id = l.document_id`

function toResult(outcome: number): AppendResult {
  switch (outcome) {
    case OUTCOME.missing:
      return { status: 'missing' }
    case OUTCOME.locked:
      return { status: 'locked' }
    case OUTCOME.refused:
      return { status: 'refused' }
    default:
      return { status: 'committed', seq: outcome }
  }
}

export async function appendBatch(pool: Pool, batch: readonly AppendRequest[]): Promise<AppendResult[]> {
  const claims = batch.flatMap(({ documentId, claims: list }) => list.map((claim) => ({ documentId, ...claim })))
  const { rows } = await pool.query<{ outcomes: string }>({
    name: 'sync_append',
    text: APPEND,
    values: [
      textArray(batch.map((request) => request.documentId)),
      byteaArray(batch.map((request) => request.bytes)),
      textArray(batch.map((request) => request.origin.bootId)),
      bigintArray(batch.map((request) => request.origin.firstOrdinal)),
      bigintArray(batch.map((request) => request.origin.lastOrdinal)),
      textArray(batch.map((request) => request.userIds.join(','))),
      booleanArray(batch.map((request) => request.isSeed)),
      textArray(claims.map((claim) => claim.documentId)),
      bigintArray(claims.map((claim) => claim.clientId)),
      textArray(claims.map((claim) => claim.userId)),
    ],
  })
  const outcomes = rows[0]?.outcomes.split(' ') ?? []
  return outcomes.map((outcome) => toResult(Number(outcome)))
}
