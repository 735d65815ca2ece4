import path from 'node:path'
import pg from 'pg'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { postgresFolders } from '#server/platform/db/postgres-folders.ts'
import type { Product } from './product.ts'

/** Asks the product's own PostgreSQL beside the product, as somebody who trusts nobody. */
export async function withDatabase<T>(product: Product, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    host: postgresFolders(path.join(product.dataDir, 'postgres')).sockets,
    user: 'app',
    database: 'pairloom',
  })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** A document's text as the log alone gives it: its snapshot and every row after, which must be gapless. */
export async function replayText(product: Product, documentId: string): Promise<string> {
  return withDatabase(product, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const head = await client.query<{ head: string; snapshot: string }>(
      'select head_seq as head, snapshot_seq as snapshot from document_head where document_id = $1',
      [documentId],
    )
    const snapshot = await client.query<{ bytes: Buffer }>(
      'select bytes from document_snapshot where document_id = $1',
      [documentId],
    )
    const rows = await client.query<{ seq: string; bytes: Buffer }>(
      'select seq, bytes from document_update where document_id = $1 order by seq',
      [documentId],
    )
    const first = Number(head.rows[0]?.snapshot ?? 0) + 1
    const seqs = rows.rows.map((row) => Number(row.seq)).filter((seq) => seq >= first)
    const isGapless =
      seqs.every((seq, i) => seq === first + i) && first + seqs.length - 1 === Number(head.rows[0]?.head)
    if (!isGapless)
      throw new Error(
        `the log of ${documentId} has a gap: rows ${seqs.join(',')}, head ${JSON.stringify(head.rows[0])}`,
      )
    const doc = new Y.Doc()
    for (const { bytes } of [...snapshot.rows, ...rows.rows]) Y.applyUpdate(doc, bytes)
    return doc.getText(TEXT_NAME).toJSON()
  })
}
