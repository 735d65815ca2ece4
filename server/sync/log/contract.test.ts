import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import type { DocumentId } from '#shared/ids.ts'
import { newDocumentId, WORKSPACE } from '../testing.ts'
import type { AppendRequest, DocumentLog } from './document-log.ts'
import { createMemoryLog } from './memory-log.ts'
import { createPostgresLog } from './postgres-log.ts'

interface Subject {
  readonly log: DocumentLog
  create(): Promise<DocumentId>
  /** runs `work` while another transaction holds the document's head */
  whileLocked(documentId: DocumentId, work: () => Promise<void>): Promise<void>
}

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(`insert into workspace (id, name, volume_id) values ($1, 'w', 'v')`, [WORKSPACE])
})

afterAll(() => database.close())

function memorySubject(): Subject {
  const log = createMemoryLog(Date.now)
  return {
    log,
    async create() {
      const documentId = newDocumentId()
      log.createDocument(documentId)
      return documentId
    },
    async whileLocked(documentId, work) {
      log.setLocked(documentId, true)
      await work()
      log.setLocked(documentId, false)
    },
  }
}

function postgresSubject(): Subject {
  const { pool } = database
  return {
    log: createPostgresLog(pool),
    async create() {
      const documentId = newDocumentId()
      await pool.query('insert into document (id, workspace_id, path, real_path) values ($1, $2, $1, $1)', [
        documentId,
        WORKSPACE,
      ])
      await pool.query('insert into document_head (document_id) values ($1)', [documentId])
      return documentId
    },
    async whileLocked(documentId, work) {
      const client = await pool.connect()
      await client.query('begin')
      await client.query('select 1 from document_head where document_id = $1 for update', [documentId])
      await work()
      await client.query('commit')
      client.release()
    },
  }
}

const request = (documentId: DocumentId, ordinal: number, options: Partial<AppendRequest> = {}): AppendRequest => ({
  documentId,
  bytes: new Uint8Array([ordinal % 256, 7, 0, 255]),
  origin: { bootId: 'boot', firstOrdinal: ordinal, lastOrdinal: ordinal },
  userIds: ['ann', 'bob'],
  claims: [],
  isSeed: ordinal === 0,
  ...options,
})

describe.each([
  ['in memory', memorySubject],
  ['on PostgreSQL', postgresSubject],
])('the document log %s', (_name, createSubject) => {
  let subject: Subject
  beforeAll(() => {
    subject = createSubject()
  })
  const appendAll = async (documentId: DocumentId, count: number): Promise<void> => {
    for (let ordinal = 0; ordinal < count; ordinal++) await subject.log.append([request(documentId, ordinal)])
  }

  it('[D1] numbers rows without a gap and gives back their bytes and authors', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 3)
    const stored = await subject.log.load(documentId)
    expect(stored?.headSeq).toBe(3)
    expect(stored?.rows.map((row) => [row.seq, [...row.bytes], row.userIds])).toEqual([
      [1, [0, 7, 0, 255], ['ann', 'bob']],
      [2, [1, 7, 0, 255], ['ann', 'bob']],
      [3, [2, 7, 0, 255], ['ann', 'bob']],
    ])
  })

  it('[D1] appends for many documents at once and answers in their order', async () => {
    const ids = await Promise.all([subject.create(), subject.create(), subject.create()])
    const missing = newDocumentId()
    const batch = [...ids.map((id) => request(id, 0)), request(missing, 0)]
    expect(await subject.log.append(batch)).toEqual([
      { status: 'committed', seq: 1 },
      { status: 'committed', seq: 1 },
      { status: 'committed', seq: 1 },
      { status: 'missing' },
    ])
  })

  it('[D1] skips a locked document and commits the others', async () => {
    const [locked, free] = [await subject.create(), await subject.create()]
    await subject.whileLocked(locked, async () => {
      expect(await subject.log.append([request(locked, 0), request(free, 0)])).toEqual([
        { status: 'locked' },
        { status: 'committed', seq: 1 },
      ])
    })
    expect(await subject.log.append([request(locked, 0)])).toEqual([{ status: 'committed', seq: 1 }])
  })

  it('[D2] answers a repeated range with its first seq and writes it once', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 2)
    expect(await subject.log.append([request(documentId, 1)])).toEqual([{ status: 'committed', seq: 2 }])
    expect((await subject.log.load(documentId))?.headSeq).toBe(2)
  })

  it('[D2] writes a range once when two tries run at the same time', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 1)
    await Promise.all(Array.from({ length: 8 }, () => subject.log.append([request(documentId, 1)])))
    expect((await subject.log.load(documentId))?.rows).toHaveLength(2)
  })

  it('[L2] takes a seed only as seq 1, and nothing before it', async () => {
    const documentId = await subject.create()
    expect(await subject.log.append([request(documentId, 5)])).toEqual([{ status: 'refused' }])
    expect(await subject.log.append([request(documentId, 0)])).toEqual([{ status: 'committed', seq: 1 }])
    const second = request(documentId, 0, { origin: { bootId: 'other', firstOrdinal: 0, lastOrdinal: 0 } })
    expect(await subject.log.append([second])).toEqual([{ status: 'refused' }])
  })

  it('[L2] lets one of two seeders win', async () => {
    const documentId = await subject.create()
    const seeds = Array.from({ length: 6 }, (_, index) =>
      request(documentId, 0, { origin: { bootId: `seeder ${index}`, firstOrdinal: 1, lastOrdinal: 1 } }),
    )
    const results = (await Promise.all(seeds.map((seed) => subject.log.append([seed])))).flat()
    expect(results.filter((result) => result.status === 'committed')).toHaveLength(1)
    expect((await subject.log.load(documentId))?.headSeq).toBe(1)
  })

  it('[A4] stores who a client id belongs to, the first claim standing', async () => {
    const documentId = await subject.create()
    const claim = (ordinal: number, userId: string) =>
      request(documentId, ordinal, { claims: [{ clientId: 4_000_000_000, userId }] })
    await subject.log.append([claim(0, 'ann')])
    await subject.log.append([claim(1, 'bob')])
    expect((await subject.log.load(documentId))?.claims).toEqual([{ clientId: 4_000_000_000, userId: 'ann' }])
  })

  it('[C1] trims exactly the rows a snapshot covers, and refuses a second compaction from the same base', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 5)
    const compaction = { documentId, expectedSnapshotSeq: 0, seq: 3, snapshot: new Uint8Array([9]), isKeyframe: true }
    expect(await subject.log.compact(compaction)).toBe(true)
    expect(await subject.log.compact(compaction)).toBe(false)
    const stored = await subject.log.load(documentId)
    expect(stored).toMatchObject({ headSeq: 5, snapshotSeq: 3 })
    expect([...(stored?.snapshot ?? [])]).toEqual([9])
    expect(stored?.rows.map((row) => row.seq)).toEqual([4, 5])
  })

  it('[C2] gives back any moment, before, at and after a snapshot', async () => {
    const documentId = await subject.create()
    const doc = new Y.Doc()
    const texts: string[] = ['']
    doc.on('update', (bytes: Uint8Array) => updates.push(bytes))
    const updates: Uint8Array[] = []
    for (let ordinal = 0; ordinal < 12; ordinal++) {
      doc.getText('text').insert(doc.getText('text').length >> 1, `${ordinal} `)
      if (ordinal % 3 === 2) doc.getText('text').delete(0, 1)
      await subject.log.append([request(documentId, ordinal, { bytes: Y.mergeUpdates(updates.splice(0)) })])
      texts.push(doc.getText('text').toString())
      if (ordinal === 3 || ordinal === 8) {
        const expectedSnapshotSeq = ordinal === 3 ? 0 : 4
        const snapshot = Y.encodeStateAsUpdate(doc)
        expect(
          await subject.log.compact({ documentId, expectedSnapshotSeq, seq: ordinal + 1, snapshot, isKeyframe: true }),
        ).toBe(true)
      }
    }
    for (const [seq, text] of texts.entries()) {
      const slice = await subject.log.history(documentId, seq)
      const past = new Y.Doc()
      for (const update of [...(slice?.base ? [slice.base] : []), ...(slice?.updates ?? [])])
        Y.applyUpdate(past, update)
      expect(past.getText('text').toString()).toBe(text)
    }
    expect(await subject.log.history(documentId, 13)).toBeNull()
  })

  const written = { bytes: new Uint8Array([1, 2]), userIds: ['ann'], claims: [{ clientId: 7, userId: 'ai:ann' }] }

  it('amends under the lock of the head: a row with its author and client id, after what is there', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 2)
    const seq = await subject.log.amend(documentId, async (locked) => {
      expect(locked.stored).toMatchObject({ headSeq: 2, snapshotSeq: 0 })
      expect(await subject.log.append([request(documentId, 2)])).toEqual([{ status: 'locked' }])
      return locked.append(written)
    })
    expect(seq).toBe(3)
    expect(await subject.log.append([request(documentId, 2)])).toEqual([{ status: 'committed', seq: 4 }])
    const stored = await subject.log.load(documentId)
    expect(stored?.rows[2]).toMatchObject({ seq: 3, userIds: ['ann'] })
    expect([...(stored?.rows[2]?.bytes ?? [])]).toEqual([1, 2])
    expect(stored?.claims).toEqual([{ clientId: 7, userId: 'ai:ann' }])
  })

  it('amends nothing where the work throws, and passes its error on', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 1)
    const failure = new Error('second thoughts')
    const amending = subject.log.amend(documentId, async (locked) => {
      await locked.append(written)
      throw failure
    })
    await expect(amending).rejects.toBe(failure)
    expect(await subject.log.load(documentId)).toMatchObject({ headSeq: 1, claims: [] })
    expect(await subject.log.append([request(documentId, 1)])).toEqual([{ status: 'committed', seq: 2 }])
  })

  it('[L2] amends nothing before the seed, and no document that is not there', async () => {
    const documentId = await subject.create()
    const amending = subject.log.amend(documentId, (locked) => locked.append(written))
    await expect(amending).rejects.toMatchObject({ code: 'unavailable' })
    const missing = subject.log.amend(newDocumentId(), (locked) => locked.append(written))
    await expect(missing).rejects.toMatchObject({ code: 'not_found' })
  })

  it('[C2] tells who wrote what and when, across what was archived', async () => {
    const documentId = await subject.create()
    await appendAll(documentId, 12)
    for (const [expectedSnapshotSeq, seq] of [
      [0, 4],
      [4, 9],
    ] as const)
      await subject.log.compact({ documentId, expectedSnapshotSeq, seq, snapshot: new Uint8Array(2), isKeyframe: true })
    const seqs = async (before: number, atLeast: number) =>
      (await subject.log.facts(documentId, before, atLeast)).map((fact) => fact.seq)
    const all = Array.from({ length: 12 }, (_, i) => i + 1)
    expect(await seqs(13, 100)).toEqual(all)
    expect(await seqs(7, 100)).toEqual(all.slice(0, 6))
    for (const atLeast of [1, 4, 5, 9]) {
      const found = await seqs(12, atLeast)
      expect(found.length).toBeGreaterThanOrEqual(atLeast)
      expect(found).toEqual(all.slice(0, 11).slice(-found.length))
    }
    expect((await subject.log.facts(documentId, 13, 100)).every(({ userIds }) => userIds.join() === 'ann,bob')).toBe(
      true,
    )
    expect(await subject.log.facts(newDocumentId(), 5, 5)).toEqual([])
  })

  it('answers null for a document that does not exist', async () => {
    expect(await subject.log.load(newDocumentId())).toBeNull()
    expect(await subject.log.history(newDocumentId(), 0)).toBeNull()
  })
})
