import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import { aiAuthorId } from '#shared/api/suggestions.ts'
import type { DocumentId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { createPostgresLog } from '#server/sync/log/postgres-log.ts'
import { newId } from '#server/platform/tokens.ts'
import { setTheStage, type Stage } from './testing/cast.ts'
import { callerOf } from './testing/disk-workspace.ts'
import { startTestApp } from './testing/test-app.ts'

let test: Awaited<ReturnType<typeof startTestApp>>
let stage: Stage
let person: UserActor

beforeAll(async () => {
  test = await startTestApp()
  stage = await setTheStage(test.database.prisma)
  person = stage.actors.editor as UserActor
})
afterAll(() => test.close())

const historyOf = (actor: Actor) => callerOf(test.app, actor).history

/** A document of the workspace, and what writes into its log as these people. */
async function makeDocument(workspaceId = stage.workspaceId) {
  const id = newId<DocumentId>()
  await test.database.prisma.document.create({
    data: { id, workspaceId, path: id, realPath: id, head: { create: {} } },
  })
  const log = createPostgresLog(test.database.pool)
  const doc = new Y.Doc()
  let seq = 0
  const write = async (text: string, ...userIds: string[]): Promise<void> => {
    const before = Y.encodeStateVector(doc)
    const shared = doc.getText(TEXT_NAME)
    doc.transact(() => {
      shared.delete(0, shared.length)
      shared.insert(0, text)
    })
    seq += 1
    const origin = { bootId: 'boot', firstOrdinal: seq, lastOrdinal: seq }
    const bytes = Y.encodeStateAsUpdate(doc, before)
    await log.append([{ documentId: id, bytes, origin, userIds, claims: [], isSeed: seq === 1 }])
  }
  /** as if the newest row had been written so long ago */
  const age = (minutes: number) =>
    test.database.pool.query(
      `update document_update set at = now() - $3 * interval '1 minute' where document_id = $1 and seq = $2`,
      [id, seq, minutes],
    )
  return { id, write, age }
}

describe('the history of a document', () => {
  it('names AI by whom it wrote for', async () => {
    const { id, write } = await makeDocument()
    await write('one\n', `agent:${stage.workspaceId}`)
    await write('two\n', aiAuthorId(person.userId), (stage.actors.admin as UserActor).userId)
    await write('three\n', aiAuthorId(newId()))
    const { workspaceId } = stage
    const { entries, authors } = await historyOf(person).list({ workspaceId, documentId: id })
    expect(entries[0]).toMatchObject({ kind: 'people' })
    expect(authors.filter(({ kind }) => kind === 'ai')).toEqual([
      { id: aiAuthorId(person.userId), name: person.name, color: person.color, kind: 'ai' },
      { id: expect.stringMatching(/^ai:/) as string, name: null, color: 0, kind: 'ai' },
    ])
  })

  it('tells who worked on it when, what lines came and went, and from which commit the disk had it', async () => {
    const { id, write, age } = await makeDocument()
    const agent = `agent:${stage.workspaceId}`
    const guest = stage.actors.link as Extract<Actor, { type: 'guest' }>
    await write('one\n', agent)
    await age(300)
    await write('one\ntwo\n', person.userId)
    await age(290)
    await write('one\ntwo\nthree\n', guest.guestId)
    await age(289)
    await write('one\nchanged\n', agent)
    await age(288)
    await test.database.prisma.documentOrigin.create({
      data: { documentId: id, fromSeq: 3, toSeq: 4, commit: 'a'.repeat(40), subject: 'Change it' },
    })
    const { entries, authors, nextBefore } = await historyOf(person).list({
      workspaceId: stage.workspaceId,
      documentId: id,
    })
    expect(entries).toMatchObject([
      { fromSeq: 4, toSeq: 4, kind: 'disk', added: 1, removed: 2, commit: { subject: 'Change it' } },
      { fromSeq: 2, toSeq: 3, kind: 'people', added: 2, removed: 0, authorIds: [person.userId, guest.guestId] },
      { fromSeq: 1, toSeq: 1, kind: 'opened', added: 1, removed: 0, authorIds: [agent] },
    ])
    expect(nextBefore).toBeNull()
    expect(authors.map(({ name, kind }) => [name, kind]).toSorted()).toEqual(
      [
        ['disk', 'disk'],
        [guest.name, 'guest'],
        [person.name, 'person'],
      ].toSorted(),
    )
  })

  it('gives the text of any moment, with its time', async () => {
    const { id, write } = await makeDocument()
    for (const text of ['a', 'ab', 'b\n']) await write(text, person.userId)
    const { workspaceId } = stage
    const texts = await Promise.all(
      [0, 1, 2, 3].map((seq) => historyOf(person).moment({ workspaceId, documentId: id, seq })),
    )
    expect(texts.map(({ text }) => text)).toEqual(['', 'a', 'ab', 'b\n'])
    expect(texts.map(({ at }) => at === null)).toEqual([true, false, false, false])
    await expect(historyOf(person).moment({ workspaceId, documentId: id, seq: 4 })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
  })

  it('comes in pages that meet without a gap', async () => {
    const { id, write, age } = await makeDocument()
    for (let i = 0; i < 80; i++) {
      await write(`${i}\n`, i === 0 ? `agent:${stage.workspaceId}` : person.userId)
      await age(80 * 15 - i * 15)
    }
    const seqs: number[] = []
    let before: number | null = 81
    let pages = 0
    while (before !== null) {
      const page: Awaited<ReturnType<ReturnType<typeof historyOf>['list']>> = await historyOf(person).list({
        workspaceId: stage.workspaceId,
        documentId: id,
        before,
      })
      seqs.push(...page.entries.map(({ toSeq }) => toSeq))
      before = page.nextBefore
      pages += 1
    }
    expect(pages).toBe(3)
    expect(seqs).toEqual(Array.from({ length: 80 }, (_, i) => 80 - i))
  })

  it('ends where older rows are no longer kept', async () => {
    const { id, write } = await makeDocument()
    for (const text of ['a\n', 'b\n', 'c\n', 'd\n']) await write(text, person.userId)
    await test.database.prisma.documentUpdate.deleteMany({ where: { documentId: id, seq: { lte: 2 } } })
    const listing = historyOf(person).list({ workspaceId: stage.workspaceId, documentId: id })
    expect(await listing).toMatchObject({ entries: [{ fromSeq: 3, toSeq: 4 }], nextBefore: null })
  })

  it('is of the workspace it is asked for in, and of its members alone', async () => {
    const own = await makeDocument()
    const foreign = await makeDocument(stage.foreignWorkspaceId)
    await own.write('x', person.userId)
    const { workspaceId } = stage
    await expect(historyOf(person).list({ workspaceId, documentId: foreign.id })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
    await expect(historyOf(person).moment({ workspaceId, documentId: foreign.id, seq: 0 })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
    const { link, viewer } = stage.actors
    await expect(historyOf(link).list({ workspaceId, documentId: own.id })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    expect((await historyOf(viewer).list({ workspaceId, documentId: own.id })).entries).toHaveLength(1)
  })

  it('has no entries before the file was opened', async () => {
    const { id } = await makeDocument()
    expect(await historyOf(person).list({ workspaceId: stage.workspaceId, documentId: id })).toEqual({
      entries: [],
      nextBefore: null,
      authors: [],
    })
  })
})
