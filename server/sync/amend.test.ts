import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { inlineHeavyWork } from './heavy/heavy-work.ts'
import type { SyncLimits } from './limits.ts'
import { LogUnavailable } from './log/document-log.ts'
import { createMemoryLog, type MemoryLog } from './log/memory-log.ts'
import { SimClock } from './simulation/sim-clock.ts'
import { connectClient } from './test-client.ts'
import { createTestSync, newDocumentId, person } from './testing.ts'

const by = { author: 'ai:user-ann', userIds: ['ai:user-ann', 'user-bob'], editor: 'user-bob' }

/** An engine in virtual time with one seeded document, whose log can be held up or fail. */
async function engine(text = 'one two three', limits: Partial<SyncLimits> = {}) {
  const clock = new SimClock()
  const memory: MemoryLog = createMemoryLog(() => clock.now())
  const behaviour = { beforeLoad: async () => {}, afterAmend: () => {} }
  const log: MemoryLog = {
    ...memory,
    async load(documentId) {
      const stored = await memory.load(documentId)
      await behaviour.beforeLoad()
      return stored
    },
    async amend(documentId, work) {
      const value = await memory.amend(documentId, work)
      behaviour.afterAmend()
      return value
    },
  }
  const documentId: DocumentId = newDocumentId()
  log.createDocument(documentId)
  const test = createTestSync(log, { clock, heavy: inlineHeavyWork, limits })
  const seeding = test.sync.seed(documentId, text, 'seeder')
  await clock.advance(0)
  await seeding
  const { sync } = test
  /** Replaces a word where it stands now. */
  const replace = async (word: string, insert: string) => {
    const before = await sync.locate(documentId, [])
    const from = before.text.indexOf(word)
    const [range] = await sync.anchorAt(documentId, before.seq, [{ from, to: from + word.length }])
    return sync.amend(documentId, (page) =>
      page.rewrite([{ range: range!, isLines: false, expected: word, insert }], by),
    )
  }
  return { clock, log, behaviour, documentId, replace, ...test }
}

describe('[D7] an edit by the server', () => {
  it('is a row of the log with its author, and everyone in the room gets it', async () => {
    const { clock, sync, log, documentId, replace } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    const done = await replace('two', '2')
    await clock.advance(50)
    expect(done).toMatchObject({ status: 'done', seq: 2 })
    expect(ann.text.toString()).toBe('one 2 three')
    expect(await sync.readText(documentId)).toEqual({ text: 'one 2 three', seq: 2 })
    const stored = await log.load(documentId)
    expect(stored?.rows[1]?.userIds).toEqual(['ai:user-ann', 'user-bob'])
    expect(stored?.claims).toContainEqual({ clientId: (done as { clientId: number }).clientId, userId: 'ai:user-ann' })
  })

  it('changes nothing where the text is another by now', async () => {
    const { clock, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    const [range] = await sync.anchorAt(documentId, 1, [{ from: 4, to: 7 }])
    ann.text.insert(5, '!')
    const amending = sync.amend(documentId, (page) =>
      page.rewrite([{ range: range!, isLines: false, expected: 'two', insert: '2' }], by),
    )
    await clock.advance(50)
    expect(await amending).toEqual({ status: 'conflict', current: ['t!wo'] })
    expect(ann.text.toString()).toBe('one t!wo three')
  })

  it('and typing meet in any order, and the room goes on from both', async () => {
    const { clock, sync, log, documentId, replace } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    const bob = connectClient(sync, person('bob'), documentId)
    await clock.advance(50)
    // Row 2 is on its way while row 3 is made, and what follows must find its place after both.
    ann.text.insert(0, 'start ')
    const first = replace('two', '2')
    await clock.advance(1)
    bob.text.insert(bob.text.length, ' end')
    await clock.advance(100)
    await first
    await replace('three', '3')
    ann.text.insert(0, '> ')
    await clock.advance(100)
    expect(ann.text.toString()).toBe('> start one 2 3 end')
    expect(bob.text.toString()).toBe('> start one 2 3 end')
    expect((await sync.readText(documentId)).text).toBe('> start one 2 3 end')
    expect(ann.acknowledged).toBe(ann.sent)
    const stored = await log.load(documentId)
    expect(stored?.rows.map((row) => row.seq)).toEqual(stored?.rows.map((_, index) => index + 1))
  })

  it('[P6] is in the text that the next mark vouches for', async () => {
    const { clock, sync, documentId, replace } = await engine()
    const marks: { seq: number; text: string }[] = []
    const ann = connectClient(sync, person('ann'), documentId)
    const { send } = ann.socket
    ann.socket.send = (bytes) => {
      send(bytes)
      if (bytes[0] === 101) queueMicrotask(() => marks.push({ seq: bytes[1]!, text: ann.text.toString() }))
    }
    await clock.advance(1000)
    await replace('two', '2')
    await clock.advance(1000)
    expect(marks).toEqual([
      { seq: 1, text: 'one two three' },
      { seq: 2, text: 'one 2 three' },
    ])
  })

  it('[P6] that a room hears of by a gap alone is vouched for too, with what was typed as it was read', async () => {
    const { clock, sync, log, behaviour, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    const foreign = new Y.Doc()
    foreign.getText('text').insert(0, '> ')
    const row = { bytes: Y.encodeStateAsUpdate(foreign), userIds: ['another node'], claims: [] }
    await log.amend(documentId, (locked) => locked.append(row))
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    behaviour.beforeLoad = () => held
    ann.text.insert(0, 'a')
    await clock.advance(20)
    ann.text.insert(0, 'b')
    await clock.advance(20)
    release()
    await clock.advance(1500)
    expect(ann.socket.sent.filter(([type]) => type === 101).map((bytes) => bytes[1])).toEqual([4])
    expect((await sync.readText(documentId)).text).toBe(ann.text.toString())
  })

  it('reaches a room that was being loaded when it was made', async () => {
    const { clock, sync, behaviour, documentId, replace } = await engine()
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    behaviour.beforeLoad = () => held
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(10)
    behaviour.beforeLoad = async () => {}
    await replace('two', '2')
    release()
    await clock.advance(100)
    expect(ann.text.toString()).toBe('one 2 three')
  })

  it('reaches the room too where nobody knows whether it was committed', async () => {
    const { clock, sync, behaviour, documentId, replace } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    behaviour.afterAmend = () => {
      throw new LogUnavailable('connection lost in COMMIT')
    }
    await expect(replace('two', '2')).rejects.toThrow(LogUnavailable)
    await clock.advance(100)
    expect(ann.text.toString()).toBe('one 2 three')
  })

  it('waits for the one before it in the same document', async () => {
    const { sync, documentId } = await engine('0')
    const [range] = await sync.anchorAt(documentId, 1, [{ from: 0, to: 1 }])
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        sync.amend(documentId, (page) =>
          page.rewrite([{ range: range!, isLines: false, expected: '0', insert: '1' }], by),
        ),
      ),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'done')).toHaveLength(1)
    expect((await sync.readText(documentId)).text).toBe('1')
  })

  it('[A6] lets a text grow no further than people may, and shrink', async () => {
    const { replace } = await engine('one two three', { textUnits: 13 })
    await expect(replace('two', 'twelve')).rejects.toMatchObject({ code: 'too_large' })
    expect(await replace('two', '2')).toMatchObject({ status: 'done' })
  })

  it('has no document without a seed', async () => {
    const { sync, log } = await engine()
    const documentId = newDocumentId()
    log.createDocument(documentId)
    await expect(sync.locate(documentId, [])).rejects.toMatchObject({ code: 'unavailable' })
    const amending = sync.amend(documentId, (page) => page.rewrite([], by))
    await expect(amending).rejects.toMatchObject({ code: 'unavailable' })
  })
})
