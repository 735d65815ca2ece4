import type { PoolClient } from 'pg'
import { randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { AmendRow } from './document-log.ts'

/** Others hold a head for milliseconds; whoever does for longer is not waited for. */
const LOCK_TIMEOUT = '5s'
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Waits for the document's head. The document's own row comes first: whoever deletes the document holds it and wants
 * the head next, and we would want it for our row's foreign key.
 */
export async function lockHead(client: PoolClient, documentId: DocumentId): Promise<void> {
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`)
  try {
    await client.query('select 1 from document where id = $1 for key share', [documentId])
    await client.query('select 1 from document_head where document_id = $1 for update', [documentId])
  } catch (cause) {
    if ((cause as { code?: unknown }).code === LOCK_NOT_AVAILABLE)
      throw new AppError('unavailable', undefined, { cause })
    throw cause
  }
}

/** The row at `seq`, one past the locked head; its origin is a life of its own, so it equals no room's (D2). */
export async function insertRow(
  client: PoolClient,
  documentId: DocumentId,
  seq: number,
  { bytes, userIds, claims }: AmendRow,
): Promise<void> {
  await client.query(
    `insert into document_update (document_id, seq, bytes, boot_id, first_ordinal, last_ordinal, user_ids)
      values ($1, $2, $3, $4, 1, 1, $5)`,
    [documentId, seq, bytes, randomBytes(16).toString('base64url'), userIds],
  )
  await client.query('update document_head set head_seq = $2 where document_id = $1', [documentId, seq])
  await client.query(
    `insert into client_id (document_id, client_id, user_id)
      select $1, c.client_id, c.user_id from unnest($2::bigint[], $3::text[]) as c (client_id, user_id)
      on conflict do nothing`,
    [documentId, claims.map((claim) => claim.clientId), claims.map((claim) => claim.userId)],
  )
}
