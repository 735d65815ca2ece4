import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { createMemoryLog, type MemoryLog } from './log/memory-log.ts'
import { awarenessMessage, step2Message, updateMessage } from './messages.ts'
import { seededRandom } from './random.ts'
import { encodeEntry } from './room/awareness-entries.ts'
import { connectClient, type TestClient } from './test-client.ts'
import { createTestSync, newDocumentId, person, type TestSync, until } from './testing.ts'
import { ByteWriter } from './update/bytes.ts'

let log: MemoryLog
let test: TestSync

beforeAll(() => {
  log = createMemoryLog(Date.now)
  // No waiting for the rate limit: thousands of frames are to be judged here.
  const unlimited = { messagesPerSecond: 1e9, messageBurst: 1e9, bytesPerSecond: 1e12, burstBytes: 1e12 }
  test = createTestSync(log, { limits: unlimited })
})
afterAll(() => test.sync.shutdown())

async function room(...names: string[]): Promise<{ documentId: DocumentId; clients: TestClient[] }> {
  const documentId = newDocumentId()
  log.createDocument(documentId)
  await test.sync.seed(documentId, 'seed', 'seeder')
  const clients = names.map((name) => connectClient(test.sync, person(name), documentId))
  await until(() => clients.every((client) => client.text.length === 4))
  return { documentId, clients }
}

const numbers = (...values: number[]): Uint8Array => {
  const writer = new ByteWriter()
  for (const value of values) writer.varUint(value)
  return writer.finish()
}

/** An update with one struct: GC of this length under this client's id. */
const gcUpdate = (client: number, clock: number, length: number): Uint8Array =>
  numbers(1, 1, client, clock, 0, length, 0)

const updateOf = (clientId: number, change: (text: Y.Text) => void, base?: Y.Doc): Uint8Array => {
  const doc = new Y.Doc()
  if (base !== undefined) Y.applyUpdate(doc, Y.encodeStateAsUpdate(base))
  // Only now, since Yjs gives up an id under which something arrives.
  doc.clientID = clientId
  const before = Y.encodeStateVector(doc)
  change(doc.getText('text'))
  return Y.encodeStateAsUpdate(doc, before)
}

describe('[A5] one bad frame', () => {
  it.each<[string, Uint8Array, number]>([
    ['that is empty', new Uint8Array(0), CLOSE.undecodable],
    ['that is cut off', new Uint8Array([0, 2, 200]), CLOSE.undecodable],
    ['with bytes after its end', new Uint8Array([...updateMessage(numbers(0, 0)), 1]), CLOSE.undecodable],
    ['with bytes after the update', updateMessage(numbers(0, 0, 0)), CLOSE.undecodable],
    ['in the V2 encoding', updateMessage(Y.encodeStateAsUpdateV2(new Y.Doc({ gc: false }))), CLOSE.undecodable],
    ['that announces 2^40 clients', updateMessage(numbers(2 ** 40, 1, 1)), CLOSE.undecodable],
    ['with a client named twice', updateMessage(numbers(2, 1, 5, 0, 0, 1, 1, 5, 1, 0, 1, 0)), CLOSE.undecodable],
    [
      'with invalid UTF-8',
      updateMessage(new Uint8Array([1, 1, 5, 0, 4, 1, 1, 97, 2, 0xc3, 0x28, 0])),
      CLOSE.undecodable,
    ],
    ['of an unknown type', numbers(77, 1), CLOSE.contentRefused],
    ['with a GC of 2^31 − 1', updateMessage(gcUpdate(9, 0, 2 ** 31 - 1)), CLOSE.contentRefused],
    ['with an embed', updateMessage(updateOf(9, (text) => text.insertEmbed(0, { a: 1 }))), CLOSE.contentRefused],
    ['beyond 1 MiB', new Uint8Array((1 << 20) + 1), CLOSE.tooBig],
  ])('%s closes its sender and changes nothing', async (_name, frame, code) => {
    const { documentId, clients } = await room('ann', 'mallory')
    const [ann, mallory] = clients as [TestClient, TestClient]
    mallory.say(frame)
    expect(mallory.socket.closed?.code).toBe(code)
    ann.text.insert(4, ' canary')
    await until(() => ann.acknowledged === ann.sent)
    expect((await test.sync.readText(documentId)).text).toBe('seed canary')
  })

  it('that is text closes with 1003', async () => {
    const { clients } = await room('mallory')
    clients[0]?.socket.say(new Uint8Array([1]), false)
    expect(clients[0]?.socket.closed?.code).toBe(CLOSE.textFrame)
  })
})

describe('[A4] client ids belong to people', () => {
  it("refuses new structs under a live colleague's id, whose own edits go on", async () => {
    const { documentId, clients } = await room('ann', 'mallory')
    const [ann, mallory] = clients as [TestClient, TestClient]
    ann.text.insert(4, '!')
    await until(() => mallory.text.length === 5)
    mallory.say(updateMessage(updateOf(ann.doc.clientID, (text) => text.insert(0, 'forged'), mallory.doc)))
    expect(mallory.socket.closed?.code).toBe(CLOSE.contentRefused)
    ann.text.insert(0, 'mine ')
    await until(() => ann.acknowledged === ann.sent)
    expect((await test.sync.readText(documentId)).text).toBe('mine seed!')
  })

  it('takes an honest replay of edits whose author is away, and names both in the log', async () => {
    const { documentId, clients } = await room('ann', 'bob')
    const [ann, bob] = clients as [TestClient, TestClient]
    ann.text.insert(4, ' first')
    await until(() => ann.acknowledged === ann.sent)
    ann.socket.hangUp()
    const replay = updateOf(ann.doc.clientID, (text) => text.insert(0, 'replayed '), ann.doc)
    bob.say(updateMessage(replay))
    await until(() => bob.acknowledged === bob.sent + 1)
    const stored = await log.load(documentId)
    expect(stored?.rows.at(-1)?.userIds.toSorted()).toEqual(['user-ann', 'user-bob'])
  })
})

describe('[A4] an owner who comes back', () => {
  /** Ann types offline what `offline` does; meanwhile mallory sends `forged` under her client id. */
  const comeBack = async (offline: string, forged: string, isTold: boolean): Promise<TestClient> => {
    const { documentId, clients } = await room('ann', 'mallory')
    const [ann, mallory] = clients as [TestClient, TestClient]
    ann.text.insert(4, '!')
    await until(() => ann.acknowledged === ann.sent && mallory.text.length === 5)
    ann.socket.hangUp()
    ann.socket.close(1006, '')
    const pretend = updateOf(ann.doc.clientID, (text) => text.insert(5, forged), mallory.doc)
    ann.text.insert(5, offline)
    mallory.say(updateMessage(isTold ? Y.encodeStateAsUpdate(ann.doc) : pretend))
    await until(() => mallory.acknowledged === mallory.sent + 1)
    const again = connectClient(test.sync, person('ann'), documentId, ann.doc)
    await until(() => again.socket.closed !== null || again.acknowledged > 0)
    return again
  }

  it('to other text under their client id is closed with 4410, so that their own is recovered', async () => {
    expect((await comeBack('mine', 'forged', false)).socket.closed?.code).toBe(CLOSE.epochChanged)
    expect((await comeBack('mine, longer', 'bad', false)).socket.closed?.code).toBe(CLOSE.epochChanged)
  })

  it('to their own edits, sent by a colleague, stays', async () => {
    expect((await comeBack('mine', '', true)).socket.closed).toBeNull()
    expect((await comeBack('😀', '', true)).socket.closed).toBeNull()
  })
})

describe('[D6] an update that builds on the unknown', () => {
  it('is neither acknowledged nor logged until what it needs arrives', async () => {
    const { documentId, clients } = await room('ann')
    const [ann] = clients as [TestClient]
    await until(() => ann.acknowledged === ann.sent)
    const updates: Uint8Array[] = []
    const doc = new Y.Doc()
    doc.on('update', (update: Uint8Array) => updates.push(update))
    doc.getText('text').insert(0, 'a')
    doc.getText('text').insert(1, 'b')
    const before = ann.acknowledged
    ann.say(updateMessage(updates[1] as Uint8Array))
    expect((await log.load(documentId))?.headSeq).toBe(1)
    ann.say(updateMessage(updates[0] as Uint8Array))
    await until(() => ann.acknowledged === before + 2)
    expect((await test.sync.readText(documentId)).text).toContain('ab')
  })

  it('floods into 1013', async () => {
    const { clients } = await room('mallory')
    const [mallory] = clients as [TestClient]
    const flood = updateOf(77, (text) => text.insert(0, 'x'.repeat(100_000)))
    // Its first byte of clock is raised, so that something before it is missing.
    const gap = Y.diffUpdate(flood, Y.encodeStateVectorFromUpdate(updateOf(77, (text) => text.insert(0, 'y'))))
    for (let i = 0; i < 4; i++) mallory.say(updateMessage(gap))
    expect(mallory.socket.closed?.code).toBe(CLOSE.overloaded)
  })
})

describe('[A2] a viewer', () => {
  it('is never asked, may answer with nothing new, and is closed for content', async () => {
    const { documentId, clients } = await room('viewer')
    const [viewer] = clients as [TestClient]
    expect(viewer.heard).not.toContain('sync 0')
    viewer.say(step2Message(Y.encodeStateAsUpdate(viewer.doc)))
    expect(viewer.socket.closed).toBeNull()
    viewer.text.insert(0, 'x')
    expect(viewer.socket.closed?.code).toBe(CLOSE.contentRefused)
    expect((await test.sync.readText(documentId)).text).toBe('seed')
  })
})

describe('[F3] hostile awareness', () => {
  it('is dropped: bad JSON, too large, impossible clocks, and all ids but one', async () => {
    const { clients } = await room('ann', 'mallory')
    const [ann, mallory] = clients as [TestClient, TestClient]
    const entry = (clientId: number, clock: number, state: string) => encodeEntry({ clientId, clock, state })
    mallory.say(awarenessMessage([entry(50, 2 ** 31, '{"a":1}'), entry(51, 1, '{"big":"' + 'x'.repeat(9000) + '"}')]))
    mallory.say(awarenessMessage([entry(51, 2, '{bad json')]))
    mallory.say(awarenessMessage(Array.from({ length: 1000 }, (_, i) => entry(51 + i, 3, '{"cursor":1}'))))
    await until(() => ann.heard.includes('1'))
    const seen = ann.socket.sent
      .map((bytes) => Buffer.from(bytes).toString('latin1'))
      .filter((bytes) => bytes.includes('user-mallory'))
    expect(seen.join('').split('user-mallory')).toHaveLength(2)
    expect(mallory.socket.closed).toBeNull()
  })
})

it('[A5] survives 3,000 mutated frames: the process lives, nobody stalls, a canary is acknowledged', async () => {
  const random = seededRandom(7)
  const { documentId, clients } = await room('ann')
  const [ann] = clients as [TestClient]
  const sources = [
    updateMessage(updateOf(5, (text) => text.insert(0, 'hello 한글 😀'), ann.doc)),
    step2Message(Y.encodeStateAsUpdate(ann.doc)),
    awarenessMessage([encodeEntry({ clientId: 5, clock: 1, state: '{"cursor":null}' })]),
    updateMessage(gcUpdate(6, 0, 50)),
  ]
  let slowestMs = 0
  let closed = 0
  const enter = async (): Promise<TestClient> => {
    const client = connectClient(test.sync, person('mallory'), documentId)
    await until(() => client.heard.includes('sync 1'))
    return client
  }
  let mallory = await enter()
  for (let i = 0; i < 3000; i++) {
    if (mallory.socket.closed !== null) {
      closed++
      mallory = await enter()
    }
    const frame = random.pick(sources).slice(0, random.chance(0.2) ? 1 + random.below(30) : undefined)
    for (let flips = random.below(4); flips >= 0; flips--)
      frame[random.below(frame.length)] = random.pick([0, 1, 127, 128, 255, random.below(256)])
    const startedAt = performance.now()
    mallory.say(frame)
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
  }
  expect(closed).toBeGreaterThan(500)
  expect(slowestMs).toBeLessThan(200)
  ann.text.insert(0, 'canary ')
  await until(() => ann.acknowledged === ann.sent, 1000)
  // Whatever was accepted, the log replays, and to the same text as everyone sees.
  expect((await test.sync.readText(documentId)).text).toBe(ann.text.toString())
})
