import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import type { DocumentId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { diffLines, splitLines } from '#shared/text-diff.ts'
import { createCompactor } from '../compaction.ts'
import { inlineHeavyWork } from '../heavy/heavy-work.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { type Random, seededRandom } from '../random.ts'
import { createTestSync, newDocumentId, silentLogger, WORKSPACE } from '../testing.ts'
import type { DocumentLog } from './document-log.ts'
import { createMemoryLog } from './memory-log.ts'
import { createPostgresLog } from './postgres-log.ts'

const WORDS = ['alpha', 'beta\n', '한글', '\n', 'x = 1\n', '😀', ' ']

function edit(doc: Y.Doc, random: Random): void {
  const text = doc.getText(TEXT_NAME)
  const at = random.below(text.length + 1)
  if (random.chance(0.35) && text.length > 0) text.delete(Math.min(at, text.length - 1), 1)
  else text.insert(at, WORDS[random.below(WORDS.length)] as string)
}

/**
 * Three people edit, each knowing more or less of the others; every row of the log is one of their updates. Answers the
 * text after each seq.
 */
async function live(log: DocumentLog, documentId: DocumentId, random: Random, edits: number): Promise<string[]> {
  const server = new Y.Doc()
  const people = Array.from({ length: 3 }, () => new Y.Doc())
  const texts = ['']
  const compactor = createCompactor({ log, heavy: inlineHeavyWork, limits: DEFAULT_LIMITS, logger: silentLogger })
  let ordinal = 0
  const append = async (bytes: Uint8Array): Promise<void> => {
    ordinal += 1
    const origin = { bootId: 'boot', firstOrdinal: ordinal, lastOrdinal: ordinal }
    const [result] = await log.append([
      { documentId, bytes, origin, userIds: ['ann'], claims: [], isSeed: ordinal === 1 },
    ])
    expect(result).toEqual({ status: 'committed', seq: ordinal })
    Y.applyUpdate(server, bytes)
    texts.push(server.getText(TEXT_NAME).toString())
  }
  const seed = new Y.Doc()
  seed.getText(TEXT_NAME).insert(0, 'one\ntwo\nthree\n')
  await append(Y.encodeStateAsUpdate(seed))
  for (let i = 0; i < edits; i++) {
    const person = people[random.below(people.length)] as Y.Doc
    if (random.chance(0.6)) Y.applyUpdate(person, Y.encodeStateAsUpdate(server, Y.encodeStateVector(person)))
    const before = Y.encodeStateVector(person)
    for (let n = 0; n <= random.below(3); n++) edit(person, random)
    await append(Y.encodeStateAsUpdate(person, before))
    if (random.chance(0.04)) await compactor.compact(documentId)
  }
  return texts
}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(`insert into workspace (id, name, volume_id) values ($1, 'w', 'v')`, [WORKSPACE])
})
afterAll(() => database.close())

const inMemory = (documentId: DocumentId): DocumentLog => {
  const log = createMemoryLog(Date.now)
  log.createDocument(documentId)
  return log
}
const onPostgres = async (documentId: DocumentId): Promise<DocumentLog> => {
  await database.pool.query('insert into document (id, workspace_id, path, real_path) values ($1, $2, $1, $1)', [
    documentId,
    WORKSPACE,
  ])
  await database.pool.query('insert into document_head (document_id) values ($1)', [documentId])
  return createPostgresLog(database.pool)
}

describe.each([
  ['in memory', inMemory, 20],
  ['on PostgreSQL', onPostgres, 2],
])('[C2] any moment of a log %s', (_name, open, seeds) => {
  it.each(Array.from({ length: seeds }, (_, i) => i + 1))(
    'is rebuilt as it was, across compaction (seed %i)',
    async (seed) => {
      const documentId = newDocumentId()
      const log = await open(documentId)
      const random = seededRandom(seed)
      const texts = await live(log, documentId, random, 120)
      const { sync } = createTestSync(log)
      for (const [seq, text] of texts.entries()) expect(await sync.textAt(documentId, seq), `seq ${seq}`).toBe(text)

      const seqs = texts.map((_, seq) => seq).filter(() => random.chance(0.2))
      const expected = seqs.slice(1).map((seq, i) => {
        const changes = diffLines(splitLines(texts[seqs[i] ?? 0] ?? ''), splitLines(texts[seq] ?? ''))
        return {
          added: changes.reduce((sum, { lines }) => sum + lines.length, 0),
          removed: changes.reduce((sum, { from, to }) => sum + to - from, 0),
        }
      })
      expect(await sync.lineCounts(documentId, seqs)).toEqual(expected)
      const facts = await sync.historyFacts(documentId, texts.length, texts.length)
      expect(facts.map((fact) => fact.seq)).toEqual(texts.slice(1).map((_, i) => i + 1))
      await expect(sync.textAt(documentId, texts.length)).rejects.toMatchObject({ code: 'not_found' })
      await sync.shutdown()
    },
  )
})
