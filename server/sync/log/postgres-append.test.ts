import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newDocumentId, WORKSPACE } from '../testing.ts'
import type { AppendRequest } from './document-log.ts'
import { appendBatch } from './postgres-append.ts'

const DOCUMENTS = 20
const BATCHES = 30

let database: TestDatabase
/** one connection, so that its statement is planned once and its counts can be told */
let pool: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  pool = new pg.Pool({ ...database.connection, max: 1 })
  await pool.query(`insert into workspace (id, name, volume_id) values ($1, 'w', 'v')`, [WORKSPACE])
})

afterAll(async () => {
  await pool.end()
  await database.close()
})

/** Rows that were read by going through whole tables of the log so far. */
async function rowsScanned(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()')
  const { rows } = await pool.query<{ rows: string }>(
    `select coalesce(sum(seq_tup_read), 0) as rows from pg_stat_user_tables
      where relname in ('document', 'document_head', 'document_update', 'client_id')`,
  )
  return Number(rows[0]?.rows)
}

it('looks its rows up, though the plan was made while the tables were empty', async () => {
  const documentIds = Array.from({ length: DOCUMENTS }, () => newDocumentId()).toSorted()
  for (const documentId of documentIds) {
    await pool.query('insert into document (id, workspace_id, path, real_path) values ($1, $2, $1, $1)', [
      documentId,
      WORKSPACE,
    ])
    await pool.query('insert into document_head (document_id) values ($1)', [documentId])
  }
  const before = await rowsScanned()
  for (let seq = 1; seq <= BATCHES; seq++) {
    const results = await appendBatch(
      pool,
      documentIds.map((documentId): AppendRequest => ({
        documentId,
        bytes: new Uint8Array([seq]),
        origin: { bootId: `boot-${documentId}`, firstOrdinal: seq, lastOrdinal: seq },
        userIds: ['u'],
        claims: [{ clientId: seq, userId: 'u' }],
        isSeed: seq === 1,
      })),
    )
    expect(results).toEqual(documentIds.map(() => ({ status: 'committed', seq })))
  }
  expect(await rowsScanned()).toBe(before)
})
