import type { Pool, PoolClient } from 'pg'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { packRows, unpackRows } from './archive.ts'
import {
  type Compaction,
  type DocumentLog,
  type LockedDocument,
  type LogRange,
  type LogRow,
  LogUnavailable,
  type RowFact,
  type StoredDocument,
} from './document-log.ts'
import { insertRow, lockHead } from './postgres-amend.ts'
import { appendBatch } from './postgres-append.ts'

/**
 * node-postgres has bytes sent as hexadecimal digits, and gathers a whole row before it reads it: 5 MiB passed through
 * some 50 MiB of buffers and strings. In base64 it is half of that.
 */
const base64 = (column: string): string => `encode(${column}, 'base64')`
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64')

interface UpdateRow {
  readonly seq: string
  readonly bytes: string
  readonly user_ids: string[]
  readonly at: Date
}

const toFact = (row: Omit<UpdateRow, 'bytes'>): RowFact => ({
  seq: Number(row.seq),
  userIds: row.user_ids,
  at: row.at.getTime(),
})

const toRow = (row: UpdateRow): LogRow => ({ ...toFact(row), bytes: fromBase64(row.bytes) })

/** Errors that say nothing about the statement: no connection, shutting down, out of resources. */
function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return true
  // SQLSTATEs have five characters; others are Node's (ECONNREFUSED, EPIPE …).
  return code.length !== 5 || ['08', '53', '57', '58'].includes(code.slice(0, 2)) || code === '25P03'
}

async function asLogError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isUnavailable(error)) throw new LogUnavailable('the database cannot be reached', { cause: error })
    throw error
  }
}

/** The log on PostgreSQL, on the tables of prisma/schema.prisma. */
export function createPostgresLog(pool: Pool): DocumentLog {
  const transaction = async <T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      await client.query(begin)
      const value = await work(client)
      await client.query('commit')
      return value
    } catch (error) {
      // A connection that cannot even roll back must not return to the pool.
      await client.query('rollback').catch((cause: Error) => void (broken = cause))
      throw error
    } finally {
      client.release(broken)
    }
  }

  const rowsBetween = async (
    client: PoolClient,
    documentId: DocumentId,
    after: number,
    to: number,
  ): Promise<LogRow[]> => {
    const { rows } = await client.query<UpdateRow>({
      name: 'sync_rows',
      text: `select seq, ${base64('bytes')} as bytes, user_ids, at from document_update
        where document_id = $1 and seq > $2 and seq <= $3 order by seq`,
      values: [documentId, after, to],
    })
    return rows.map(toRow)
  }

  const load = async (client: PoolClient, documentId: DocumentId): Promise<StoredDocument | null> => {
    const head = await client.query<{ head_seq: string; snapshot_seq: string; snapshot: string | null }>({
      name: 'sync_head',
      text: `select h.head_seq, h.snapshot_seq, ${base64('s.bytes')} as snapshot from document_head h
        left join document_snapshot s on s.document_id = h.document_id where h.document_id = $1`,
      values: [documentId],
    })
    const [found] = head.rows
    if (found === undefined) return null
    const headSeq = Number(found.head_seq)
    const snapshotSeq = Number(found.snapshot_seq)
    const claims = await client.query<{ client_id: string; user_id: string }>({
      name: 'sync_claims',
      text: 'select client_id, user_id from client_id where document_id = $1',
      values: [documentId],
    })
    return {
      headSeq,
      snapshotSeq,
      snapshot: found.snapshot === null ? null : fromBase64(found.snapshot),
      rows: await rowsBetween(client, documentId, snapshotSeq, headSeq),
      claims: claims.rows.map((row) => ({ clientId: Number(row.client_id), userId: row.user_id })),
    }
  }

  const compact = async (client: PoolClient, compaction: Compaction): Promise<boolean> => {
    const { documentId, expectedSnapshotSeq, seq, snapshot, isKeyframe } = compaction
    const moved = await client.query(
      'update document_head set snapshot_seq = $3 where document_id = $1 and snapshot_seq = $2 and head_seq >= $3 and $3 > $2',
      [documentId, expectedSnapshotSeq, seq],
    )
    if (moved.rowCount !== 1) return false
    const rows = await rowsBetween(client, documentId, expectedSnapshotSeq, seq)
    const archive = `insert into document_archive (document_id, from_seq, to_seq, kind, bytes) values ($1, $2, $3, $4, $5)`
    await client.query(archive, [documentId, expectedSnapshotSeq + 1, seq, 'updates', packRows(rows)])
    await client.query(
      `insert into document_snapshot (document_id, seq, bytes) values ($1, $2, $3)
        on conflict (document_id) do update set seq = excluded.seq, bytes = excluded.bytes, at = now()`,
      [documentId, seq, snapshot],
    )
    // Copied where it is, instead of being sent twice.
    if (isKeyframe)
      await client.query(
        `insert into document_archive (document_id, from_seq, to_seq, kind, bytes)
          select document_id, 1, seq, 'keyframe', bytes from document_snapshot where document_id = $1`,
        [documentId],
      )
    await client.query('delete from document_update where document_id = $1 and seq > $2 and seq <= $3', [
      documentId,
      expectedSnapshotSeq,
      seq,
    ])
    return true
  }

  const range = async (
    client: PoolClient,
    documentId: DocumentId,
    from: number,
    to: number,
  ): Promise<LogRange | null> => {
    const head = await client.query<{ head_seq: string }>('select head_seq from document_head where document_id = $1', [
      documentId,
    ])
    if (head.rows[0] === undefined || from < 0 || from > to || to > Number(head.rows[0].head_seq)) return null
    const frames = await client.query<{ seq: string; bytes: string }>(
      `select seq, ${base64('bytes')} as bytes from (
          select to_seq as seq, bytes from document_archive where document_id = $1 and kind = 'keyframe' and to_seq <= $2
          union all select seq, bytes from document_snapshot where document_id = $1 and seq <= $2
          order by seq desc limit 1) frame`,
      [documentId, from],
    )
    const [base] = frames.rows
    const baseSeq = Number(base?.seq ?? 0)
    const archived = await client.query<{ bytes: string }>(
      `select ${base64('bytes')} as bytes from document_archive where document_id = $1 and kind = 'updates' and to_seq > $2 and from_seq <= $3 order by to_seq`,
      [documentId, baseSeq, to],
    )
    const rows = archived.rows
      .flatMap((row) => unpackRows(fromBase64(row.bytes)))
      .filter((row) => row.seq > baseSeq && row.seq <= to)
    rows.push(...(await rowsBetween(client, documentId, baseSeq, to)))
    // What is no longer kept cannot be rebuilt.
    if (rows.length !== to - baseSeq) return null
    return { baseSeq, base: base === undefined ? null : fromBase64(base.bytes), rows }
  }

  const facts = async (
    client: PoolClient,
    documentId: DocumentId,
    before: number,
    atLeast: number,
  ): Promise<RowFact[]> => {
    const live = await client.query<Omit<UpdateRow, 'bytes'>>(
      'select seq, user_ids, at from document_update where document_id = $1 and seq < $2 order by seq desc',
      [documentId, before],
    )
    const found: RowFact[][] = [live.rows.toReversed().map(toFact)]
    let count = live.rows.length
    let oldest = found[0]?.[0]?.seq ?? before
    while (count < atLeast && oldest > 1) {
      const older = await client.query<{ bytes: string }>(
        `select ${base64('bytes')} as bytes from document_archive where document_id = $1 and kind = 'updates' and from_seq < $2
          order by to_seq desc limit 1`,
        [documentId, oldest],
      )
      const [archive] = older.rows
      if (archive === undefined) break
      const rows = unpackRows(fromBase64(archive.bytes)).filter((row) => row.seq < oldest)
      const [first] = rows
      if (first === undefined) break
      found.push(rows.map(({ seq, at, userIds }) => ({ seq, at, userIds })))
      count += rows.length
      oldest = first.seq
    }
    return found.toReversed().flat()
  }

  const amend = async <T>(
    client: PoolClient,
    documentId: DocumentId,
    work: (locked: LockedDocument) => Promise<T>,
  ): Promise<T> => {
    await lockHead(client, documentId)
    const stored = await load(client, documentId)
    if (stored === null) throw new AppError('not_found')
    let headSeq = stored.headSeq
    return work({
      stored,
      tx: client,
      async append(row) {
        if (headSeq === 0) throw new AppError('unavailable')
        await insertRow(client, documentId, ++headSeq, row)
        return headSeq
      },
    })
  }

  const READ = 'begin isolation level repeatable read read only'
  return {
    append: (batch) => asLogError(appendBatch(pool, batch)),
    // What `work` throws is its caller's to read, and so is a database that is away while it works.
    amend: (documentId, work) => transaction('begin', (client) => amend(client, documentId, work)),
    load: (documentId) => asLogError(transaction(READ, (client) => load(client, documentId))),
    compact: (compaction) => asLogError(transaction('begin', (client) => compact(client, compaction))),
    async history(documentId, seq) {
      const found = await asLogError(transaction(READ, (client) => range(client, documentId, seq, seq)))
      return found === null ? null : { base: found.base, updates: found.rows.map((row) => row.bytes) }
    },
    range: (documentId, from, to) => asLogError(transaction(READ, (client) => range(client, documentId, from, to))),
    facts: (documentId, before, atLeast) =>
      asLogError(transaction(READ, (client) => facts(client, documentId, before, atLeast))),
  }
}
