import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { inlineHeavyWork } from './heavy/heavy-work.ts'
import { LogUnavailable, type StoredDocument } from './log/document-log.ts'
import { createMemoryLog, type MemoryLog } from './log/memory-log.ts'
import type { SyncOptions } from './ports.ts'
import { SimClock } from './simulation/sim-clock.ts'
import { connectClient } from './test-client.ts'
import { createTestSync, grantByName, newDocumentId, person } from './testing.ts'

/** An engine in virtual time, with one seeded document. */
async function engine(options: Partial<SyncOptions> = {}, text = 'seed') {
  const clock = new SimClock()
  const log: MemoryLog = createMemoryLog(() => clock.now())
  const documentId: DocumentId = newDocumentId()
  log.createDocument(documentId)
  const test = createTestSync(log, { clock, heavy: inlineHeavyWork, ...options })
  const seeding = test.sync.seed(documentId, text, 'seeder')
  await clock.advance(0)
  await seeding
  return { clock, log, documentId, ...test }
}

const failing = (log: MemoryLog, isDown: () => boolean) => ({
  ...log,
  append: async (batch: Parameters<MemoryLog['append']>[0]) => {
    if (isDown()) throw new LogUnavailable('down')
    return log.append(batch)
  },
})

describe('memory', () => {
  it('[L1] a room keeps nothing of the rows it was made of', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const base = await engine()
    const loaded: WeakRef<StoredDocument>[] = []
    const log = {
      ...base.log,
      async load(documentId: DocumentId) {
        const stored = structuredClone(await base.log.load(documentId))
        if (stored !== null) loaded.push(new WeakRef(stored))
        return stored
      },
    }
    const { sync } = createTestSync(log, { clock: base.clock, heavy: inlineHeavyWork })
    const ann = connectClient(sync, person('ann'), base.documentId)
    await base.clock.advance(50)
    expect(ann.text.toString()).toBe('seed')
    collectGarbage()
    expect(loaded.map((stored) => stored.deref())).toEqual([undefined])
  })
})

describe('durability', () => {
  it('[D5] goes on while the database is down, acknowledges nothing, and commits all when it is back', async () => {
    let isDown = false
    const base = await engine()
    const { sync } = createTestSync(
      failing(base.log, () => isDown),
      { clock: base.clock, heavy: inlineHeavyWork },
    )
    const ann = connectClient(sync, person('ann'), base.documentId)
    const bob = connectClient(sync, person('bob'), base.documentId)
    await base.clock.advance(50)
    isDown = true
    const before = ann.acknowledged
    for (let i = 0; i < 20; i++) ann.text.insert(0, `${i} `)
    await base.clock.advance(5000)
    expect(bob.text.toString()).toBe(ann.text.toString())
    expect(ann.acknowledged).toBe(before)
    isDown = false
    await base.clock.advance(2500)
    expect(ann.acknowledged).toBe(ann.sent)
  })

  it('[D5] past its bound of uncommitted bytes refuses edits with 1013', async () => {
    const base = await engine()
    const down = failing(base.log, () => true)
    const limits = { uncommittedRoomBytes: 1000 }
    const { sync } = createTestSync(down, { clock: base.clock, heavy: inlineHeavyWork, limits })
    const ann = connectClient(sync, person('ann'), base.documentId)
    await base.clock.advance(50)
    for (let i = 0; i < 30; i++) ann.text.insert(0, 'x'.repeat(50))
    expect(ann.socket.closed?.code).toBe(CLOSE.overloaded)
  })

  it('[D1] a locked document does not delay the others', async () => {
    const { clock, log, sync, documentId } = await engine()
    const other = newDocumentId()
    log.createDocument(other)
    const seeding = sync.seed(other, '', 'seeder')
    await clock.advance(0)
    await seeding
    const ann = connectClient(sync, person('ann'), documentId)
    const bob = connectClient(sync, person('bob'), other)
    await clock.advance(50)
    log.setLocked(documentId, true)
    ann.text.insert(0, 'held up ')
    for (let i = 0; i < 200; i++) {
      bob.text.insert(0, 'x')
      await clock.advance(50)
      expect(bob.acknowledged).toBe(bob.sent)
    }
    expect(ann.acknowledged).toBeLessThan(ann.sent)
    log.setLocked(documentId, false)
    await clock.advance(50)
    expect(ann.acknowledged).toBe(ann.sent)
  })

  it('[D1][F1] commits as one row what several people typed into one frame of a large room', async () => {
    const base = await engine({ limits: { coalesceMembers: 2 } })
    const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => connectClient(base.sync, person(name), base.documentId))
    await base.clock.advance(200)
    ann?.text.insert(0, 'after a quiet time ')
    await base.clock.advance(2)
    const before = await base.log.load(base.documentId)
    ann?.text.insert(0, 'one ')
    await base.clock.advance(3)
    // Elsewhere: which of two texts at one place comes first is for the client ids to say.
    bob?.text.insert(bob.text.length, ' two')
    await base.clock.advance(50)
    const after = await base.log.load(base.documentId)
    expect(before?.rows).toHaveLength(2)
    expect(after?.rows).toHaveLength(3)
    expect(after?.rows.at(-1)?.userIds).toEqual(['user-ann', 'user-bob'])
    expect(eve?.text.toString()).toBe('one after a quiet time seed two')
    expect([ann?.acknowledged, bob?.acknowledged]).toEqual([ann?.sent, bob?.sent])
  })

  it.each([
    [1, 5],
    [10, 10],
    [40, 15],
  ])('[D1] with %i busy documents begins a statement every %i ms', async (documents, gapMs) => {
    const startedAt: number[] = []
    const clock = new SimClock()
    const log = createMemoryLog(() => clock.now())
    const append: MemoryLog['append'] = (batch) => {
      if (batch.length === documents) startedAt.push(clock.now())
      return log.append(batch)
    }
    const { sync } = createTestSync({ ...log, append }, { clock, heavy: inlineHeavyWork })
    const clients = Array.from({ length: documents }, (_, i) => {
      const documentId = newDocumentId()
      log.createDocument(documentId)
      void sync.seed(documentId, '', 'seeder')
      return connectClient(sync, person(`p${i}`), documentId)
    })
    await clock.advance(100)
    startedAt.length = 0
    for (let ms = 0; ms < 100; ms++) {
      for (const client of clients) client.text.insert(0, 'x')
      await clock.advance(1)
    }
    const gaps = startedAt.slice(1).map((at, i) => at - (startedAt[i] ?? 0))
    // Between the first two, the queue has not seen how many documents are busy.
    expect(new Set(gaps.slice(1))).toEqual(new Set([gapMs]))
  })

  it('[L1] takes in a row that a dead node committed late, before it vouches for a seq', async () => {
    const { clock, log, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    const late = new Y.Doc()
    late.getText('text').insert(0, 'late ')
    await log.append([
      {
        documentId,
        bytes: Y.encodeStateAsUpdate(late),
        origin: { bootId: 'dead node', firstOrdinal: 1, lastOrdinal: 1 },
        userIds: ['ann'],
        claims: [],
        isSeed: false,
      },
    ])
    ann.text.insert(4, '!')
    await clock.advance(50)
    expect(ann.text.toString()).toContain('late ')
    expect(ann.text.toString()).toBe((await sync.readText(documentId)).text)
  })

  it('[P6] acknowledges a frame that adds nothing only once what it repeats is durable', async () => {
    const { clock, log, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    log.setLocked(documentId, true)
    ann.text.insert(0, 'not durable yet ')
    await clock.advance(10)
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(ann.doc))
    const again = connectClient(sync, person('ann'), documentId, copy)
    await clock.advance(500)
    expect(again.sent).toBe(1)
    expect(again.acknowledged).toBe(0)
    log.setLocked(documentId, false)
    await clock.advance(100)
    expect(again.acknowledged).toBe(1)
  })
})

describe('rooms', () => {
  it('[L3] keeps 256 KiB of frames while waiting for the seed, then closes with 1013', async () => {
    const { clock, log, sync } = await engine()
    const unseeded = newDocumentId()
    log.createDocument(unseeded)
    const ann = connectClient(sync, person('ann'), unseeded)
    await clock.advance(10)
    for (let i = 0; i < 3; i++) ann.text.insert(0, 'x'.repeat(80_000))
    expect(ann.socket.closed).toBeNull()
    ann.text.insert(0, 'x'.repeat(80_000))
    expect(ann.socket.closed?.code).toBe(CLOSE.overloaded)
  })

  it('[L4] frees a room 30 s after the last one left, and not before', async () => {
    const { clock, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    ann.socket.hangUp()
    await clock.advance(29_000)
    expect(sync.stats().rooms).toBe(1)
    await clock.advance(2000)
    expect(sync.stats()).toEqual({ rooms: 0, channels: 0, muxSockets: 0, uncommittedBytes: 0, isReady: true })
  })

  it('[L5] sends cold joiners one and the same encoded frame', async () => {
    const text = 'x'.repeat(10_000)
    const { clock, sync, documentId } = await engine({}, text)
    const joiners = Array.from({ length: 10 }, (_, index) => connectClient(sync, person(`p${index}`), documentId))
    await clock.advance(50)
    const frames = joiners.map((joiner) => joiner.socket.sent.find((bytes) => bytes.length > 10_000))
    expect(new Set(frames).size).toBe(1)
    expect(joiners.map((joiner) => joiner.text.toString())).toEqual(joiners.map(() => text))
    expect(frames[0]?.length).toBeLessThan(10_100)
  })

  it('[P3] breaks its silence within 25 s', async () => {
    const { clock, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(200)
    const before = ann.socket.sent.length
    await clock.advance(25_000)
    expect(ann.socket.sent.length).toBeGreaterThan(before)
  })

  it('[C1][C2] compacts from the log, and rebuilds any earlier moment', async () => {
    const { clock, log, sync, documentId } = await engine({ limits: { compactRows: 10 } }, 'start ')
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    const texts = new Map<number, string>()
    for (let i = 0; i < 30; i++) {
      ann.text.insert(ann.text.length, `${i} `)
      if (i % 4 === 3) ann.text.delete(0, 3)
      await clock.advance(30)
      texts.set((await log.load(documentId))?.headSeq ?? 0, ann.text.toString())
    }
    expect((await log.load(documentId))?.snapshotSeq).toBeGreaterThan(10)
    for (const [seq, text] of texts) {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, await sync.textUpdateAt(documentId, seq))
      expect(doc.getText('text').toString()).toBe(text)
    }
  })

  it('[L2] gives two seeders one winner', async () => {
    const { clock, log, sync } = await engine()
    const documentId = newDocumentId()
    log.createDocument(documentId)
    const outcomes = Promise.all([sync.seed(documentId, 'one\r\n', 'a'), sync.seed(documentId, 'two', 'b')])
    await clock.advance(10)
    expect((await outcomes).toSorted()).toEqual(['already', 'seeded'])
    expect(await sync.readText(documentId)).toEqual({ text: 'one\n', seq: 1 })
  })

  it('reads what a settled room holds without the database, and never what is not committed', async () => {
    const base = await engine()
    let loads = 0
    let isDown = false
    const counted = {
      ...failing(base.log, () => isDown),
      load: (documentId: DocumentId) => {
        loads++
        return base.log.load(documentId)
      },
    }
    const { sync } = createTestSync(counted, { clock: base.clock, heavy: inlineHeavyWork })
    const ann = connectClient(sync, person('ann'), base.documentId)
    await base.clock.advance(50)
    ann.text.insert(4, ' and more')
    await base.clock.advance(50)
    const before = loads
    expect(await sync.readText(base.documentId)).toEqual({ text: 'seed and more', seq: 2 })
    const known = createHash('sha256').update('seed and more').digest('hex')
    expect(await sync.readOther(base.documentId, known)).toEqual({ text: null, seq: 2 })
    expect(await sync.readOther(base.documentId, '')).toEqual({ text: 'seed and more', seq: 2 })
    expect(loads).toBe(before)

    isDown = true
    ann.text.insert(0, 'lost? ')
    const reading = sync.readText(base.documentId)
    await base.clock.advance(1500)
    expect(await reading).toEqual({ text: 'seed and more', seq: 2 })
    expect(loads).toBe(before + 1)
  })

  it('is emptied by a shutdown that commits what was accepted and sends everyone away with 1012', async () => {
    const { clock, log, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(50)
    ann.text.insert(0, 'last words ')
    const done = sync.shutdown()
    await clock.advance(100)
    await done
    expect(ann.socket.closed?.code).toBe(CLOSE.restarting)
    expect(sync.stats().isReady).toBe(false)
    const stored = await log.load(documentId)
    const doc = new Y.Doc()
    for (const row of stored?.rows ?? []) Y.applyUpdate(doc, row.bytes)
    expect(doc.getText('text').toString()).toBe('last words seed')
  })
})

describe('[F2] a slow reader', () => {
  it('is sent nothing past 1 MiB, then one merged tail; the others feel nothing', async () => {
    const { clock, sync, documentId } = await engine()
    const [ann, bob, slow] = ['ann', 'bob', 'slow'].map((name) => connectClient(sync, person(name), documentId))
    await clock.advance(100)
    if (!ann || !bob || !slow) throw new Error('three clients')
    slow.socket.bufferedAmount = 2 << 20
    const before = slow.socket.sent.length
    for (let i = 0; i < 100; i++) {
      ann.text.insert(0, `${i} `)
      if (i % 10 === 9) ann.text.delete(3, 5)
      await clock.advance(20)
    }
    expect(bob.text.toString()).toBe(ann.text.toString())
    expect(slow.socket.sent.length - before).toBe(0)
    slow.socket.bufferedAmount = 0
    await clock.advance(30)
    expect(slow.text.toString()).toBe(ann.text.toString())
    expect(slow.socket.sent.length - before).toBeLessThanOrEqual(2)
  })

  it('is closed with 1013 after 30 s without progress', async () => {
    const { clock, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    const stalled = connectClient(sync, person('stalled'), documentId)
    await clock.advance(100)
    stalled.socket.bufferedAmount = 2 << 20
    ann.text.insert(0, 'x')
    await clock.advance(29_000)
    expect(stalled.socket.closed).toBeNull()
    await clock.advance(2000)
    expect(stalled.socket.closed?.code).toBe(CLOSE.overloaded)
  })
})

describe('access', () => {
  it('[A6] pauses a channel that is over its rate, and loses nothing', async () => {
    const { clock, sync, documentId } = await engine()
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(100)
    for (let i = 0; i < 1000; i++) ann.text.insert(0, 'x')
    await clock.advance(20)
    expect(ann.socket.isPaused).toBe(true)
    expect(ann.socket.closed).toBeNull()
    await clock.advance(4000)
    expect(ann.socket.isPaused).toBe(false)
    expect(ann.acknowledged).toBe(ann.sent)
  })

  it('[A3] is asked again within 30 s: removal closes 4403, an ended session 4401', async () => {
    const removed = new Set<string>()
    const ended = new Set<string>()
    const { clock, sync, documentId } = await engine({
      authorize: async (actor) =>
        actor.type === 'user' && removed.has(actor.name) ? { status: 'forbidden' } : grantByName(actor),
      loadActorStillValid: async (actor) => !(actor.type === 'user' && ended.has(actor.name)),
    })
    const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => connectClient(sync, person(name), documentId))
    await clock.advance(100)
    removed.add('ann')
    ended.add('bob')
    await clock.advance(36_000)
    expect([ann, bob, eve].map((client) => client?.socket.closed?.code)).toEqual([
      CLOSE.accessRevoked,
      CLOSE.sessionExpired,
      undefined,
    ])
  })

  it('[A3] with nobody to ask, the last decision stands for 60 s, then nobody writes', async () => {
    let isDown = false
    const { clock, sync, documentId } = await engine({
      authorize: async (actor) => {
        if (isDown) throw new Error('down')
        return grantByName(actor)
      },
    })
    const ann = connectClient(sync, person('ann'), documentId)
    await clock.advance(100)
    isDown = true
    await clock.advance(50_000)
    ann.text.insert(0, 'still ')
    await clock.advance(50)
    expect(ann.acknowledged).toBe(ann.sent)
    await clock.advance(20_000)
    ann.text.insert(0, 'too late ')
    expect(ann.socket.closed?.code).toBe(CLOSE.overloaded)
  })
})
