import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { UserActor } from '#shared/access/actor.ts'
import type { DocumentId, GuestId, ShareLinkId, WorkspaceId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { MESSAGE, MUX } from '#shared/protocol/sync.ts'
import { muxedFrame, outFrame } from './connection/link.ts'
import { createMemoryLog, type MemoryLog } from './log/memory-log.ts'
import { step1Message, updateMessage } from './messages.ts'
import { connectClient, createTestSocket, type TestSocket } from './test-client.ts'
import { createTestSync, newDocumentId, person, type TestSync, until, WORKSPACE } from './testing.ts'
import { ByteReader, ByteWriter } from './update/bytes.ts'

let log: MemoryLog
let test: TestSync

beforeAll(() => {
  log = createMemoryLog(Date.now)
  test = createTestSync(log)
})
afterAll(() => test.sync.shutdown())

async function seeded(text: string): Promise<DocumentId> {
  const documentId = newDocumentId()
  log.createDocument(documentId)
  await test.sync.seed(documentId, text, 'seeder')
  return documentId
}

const muxFrame = (channel: number, kind: number, body: (writer: ByteWriter) => void = () => undefined): Uint8Array => {
  const writer = new ByteWriter()
  writer.varUint(channel)
  writer.varUint(kind)
  body(writer)
  return writer.finish()
}

const openFrame = (channel: number, documentId: string, epoch = 0): Uint8Array =>
  muxFrame(channel, MUX.open, (writer) => {
    writer.varString(documentId)
    writer.varUint(epoch)
  })

const messageFrame = (channel: number, message: Uint8Array): Uint8Array =>
  muxFrame(channel, MUX.message, (writer) => writer.bytes(message))

/** What came on a channel: [kind, first number of the body]. */
const framesOn = (socket: TestSocket, channel: number): [number, number][] =>
  socket.sent.flatMap((bytes) => {
    const reader = new ByteReader(bytes)
    if (reader.varUint() !== channel) return []
    return [[reader.varUint(), reader.varUint()]] as [number, number][]
  })

function connect(actor: UserActor = person('ann')): TestSocket {
  const socket = createTestSocket()
  test.sync.connectMux(socket, actor)
  return socket
}

describe('[P2] the multiplexed door', () => {
  it('answers an open with epoch and role, then speaks y-websocket on each channel', async () => {
    const [first, second] = [await seeded('one'), await seeded('two')]
    const socket = connect()
    socket.say(openFrame(1, first))
    socket.say(openFrame(2, second, 1))
    socket.say(messageFrame(2, step1Message(Y.encodeStateVector(new Y.Doc()))))
    await until(() => framesOn(socket, 2).length >= 3)
    expect(framesOn(socket, 1).slice(0, 2)).toEqual([
      [MUX.opened, 1],
      [MUX.message, MESSAGE.sync],
    ])
    expect(framesOn(socket, 2).slice(0, 3)).toEqual([
      [MUX.opened, 1],
      [MUX.message, MESSAGE.sync],
      [MUX.message, MESSAGE.sync],
    ])
  })

  it('closes the channel, not the socket, for a missing document, another epoch, or a bad message', async () => {
    const documentId = await seeded('text')
    const socket = connect()
    socket.say(openFrame(1, newDocumentId()))
    socket.say(openFrame(2, documentId, 7))
    socket.say(openFrame(3, documentId))
    socket.say(messageFrame(3, new Uint8Array([0, 2, 9])))
    await until(() => [1, 2, 3].every((channel) => framesOn(socket, channel).some(([kind]) => kind === MUX.close)))
    const codes = [1, 2, 3].map((channel) => framesOn(socket, channel).find(([kind]) => kind === MUX.close)?.[1])
    expect(codes).toEqual([CLOSE.noSuchDocument, CLOSE.epochChanged, CLOSE.undecodable])
    expect(socket.closed).toBeNull()
  })

  it.each([
    ['a text frame', new Uint8Array([1, 2]), false, CLOSE.textFrame],
    ['channel 0', muxFrame(0, MUX.message), true, CLOSE.undecodable],
    ['a channel that was never opened', muxFrame(5, MUX.message), true, CLOSE.undecodable],
    ['half a frame', new Uint8Array([129]), true, CLOSE.undecodable],
  ])('closes the socket for %s', (_name, frame, isBinary, code) => {
    const socket = connect()
    socket.say(frame, isBinary)
    expect(socket.closed?.code).toBe(code)
  })

  it('gives credit back as it handles messages, and sends no more updates than the window holds', async () => {
    const documentId = await seeded('')
    const writer = connectClient(test.sync, person('bob'), documentId)
    const socket = connect()
    socket.say(openFrame(1, documentId))
    socket.say(messageFrame(1, step1Message(Y.encodeStateVector(new Y.Doc()))))
    await until(() => framesOn(socket, 1).length >= 3)
    const block = 'x'.repeat(300_000)
    for (let i = 0; i < 6; i++) {
      writer.text.insert(0, block)
      await until(() => writer.acknowledged === writer.sent)
    }
    const received = (): number => socket.sent.reduce((size, bytes) => size + bytes.length, 0)
    expect(received()).toBeLessThan((1 << 20) + 310_000)
    socket.say(muxFrame(1, MUX.credit, (w) => w.varUint(1 << 20)))
    await until(() => received() > 1_800_000)
    const client = new Y.Doc()
    client.getText('text').insert(0, 'y'.repeat(270_000))
    socket.say(messageFrame(1, updateMessage(Y.encodeStateAsUpdate(client))))
    await until(() => framesOn(socket, 1).some(([kind]) => kind === MUX.credit))
  })
})

describe('[A3] control events', () => {
  const openOne = async (actor: UserActor) => {
    const documentId = await seeded('text')
    const socket = connect(actor)
    socket.say(openFrame(1, documentId))
    await until(() => framesOn(socket, 1).length >= 1)
    const closed = (): number | undefined => framesOn(socket, 1).find(([kind]) => kind === MUX.close)?.[1]
    return { socket, closed }
  }

  it('close the channels of a person whose role changed with 1012, and of one removed with 4403, at once', async () => {
    const [changed, removed, other] = [
      await openOne(person('changed')),
      await openOne(person('removed')),
      await openOne(person('other')),
    ]
    const event = (name: string, role: string | null) =>
      test.publish({ type: 'role-changed', workspaceId: WORKSPACE, userId: person(name).userId, role })
    event('changed', 'viewer')
    event('removed', null)
    expect([changed.closed(), removed.closed(), other.closed()]).toEqual([
      CLOSE.restarting,
      CLOSE.accessRevoked,
      undefined,
    ])
    test.publish({
      type: 'role-changed',
      workspaceId: 'elsewhere' as WorkspaceId,
      userId: person('other').userId,
      role: null,
    })
    expect(other.closed()).toBeUndefined()
  })

  it('end every socket of a revoked session with 4401', async () => {
    const actor = person('leaver')
    const { socket } = await openOne(actor)
    test.publish({
      type: 'sessions-revoked',
      userId: actor.userId,
      sessionIds: [actor.sessionId],
      reason: 'signed-out',
    })
    expect(socket.closed?.code).toBe(CLOSE.sessionExpired)
  })
})

describe('[A6] what waits for a channel is bounded in number too', () => {
  it('closes a channel that is flooded with messages of no length while its rate is held back', async () => {
    const documentId = await seeded('calm')
    const socket = connect()
    socket.say(openFrame(1, documentId))
    await until(() => framesOn(socket, 1).some(([kind]) => kind === MUX.opened))
    // More than the burst, so that the channel waits; then frames that cost the sender two bytes each.
    for (let i = 0; i < 500; i++) socket.say(messageFrame(1, new Uint8Array([MESSAGE.queryAwareness])))
    for (let i = 0; i < 100_000; i++) socket.say(messageFrame(1, new Uint8Array()))
    expect(framesOn(socket, 1).at(-1)).toEqual([MUX.close, CLOSE.overloaded])
  })

  it('asks for access of no more documents at once than a socket may have open, however fast they are closed', async () => {
    let asked = 0
    const slow = createTestSync(log, {
      authorize: () => {
        asked++
        return new Promise(() => undefined)
      },
    })
    const socket = createTestSocket()
    slow.sync.connectMux(socket, person('flood'))
    for (let n = 1; n <= 2000; n++) {
      socket.say(openFrame(n, 'document-0000000000000'))
      socket.say(muxFrame(n, MUX.close))
    }
    expect(asked).toBeLessThanOrEqual(256)
    await slow.sync.shutdown()
  })
})

describe('[F2] a client that reads nothing of what it asks for', () => {
  it('is not answered before it has taken the answers so far, and is closed when it never does', async () => {
    const documentId = await seeded('much')
    const clock = { at: 1_000_000, timers: [] as { at: number; run: () => void }[] }
    const patient = createTestSync(log, {
      clock: {
        now: () => clock.at,
        after(ms, run) {
          const timer = { at: clock.at + ms, run }
          clock.timers.push(timer)
          return () => void (clock.timers = clock.timers.filter((other) => other !== timer))
        },
        soon: (run) => void setImmediate(run),
      },
    })
    const pass = (ms: number): void => {
      const until = clock.at + ms
      for (;;) {
        const due = clock.timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        clock.timers = clock.timers.filter((other) => other !== due)
        clock.at = due.at
        due.run()
      }
      clock.at = until
    }
    const socket = createTestSocket()
    patient.sync.connectMux(socket, person('ann'))
    socket.say(openFrame(1, documentId))
    await until(() => framesOn(socket, 1).some(([kind]) => kind === MUX.message))
    socket.bufferedAmount = 5 << 20
    const before = socket.sent.length
    for (let i = 0; i < 50; i++) socket.say(messageFrame(1, step1Message(new Uint8Array([0]))))
    pass(1000)
    expect(socket.sent.length).toBe(before)
    socket.bufferedAmount = 0
    pass(100)
    expect(socket.sent.length).toBeGreaterThan(before)

    socket.bufferedAmount = 5 << 20
    socket.say(messageFrame(1, step1Message(new Uint8Array([0]))))
    pass(31_000)
    expect(framesOn(socket, 1).at(-1)).toEqual([MUX.close, CLOSE.overloaded])
    const over = patient.sync.shutdown()
    pass(20_000)
    await over
  })

  it('loses its socket where even small answers pile up', async () => {
    const socket = connect()
    socket.bufferedAmount = 65 << 20
    socket.say(openFrame(1, 'document-0000000000000'))
    expect(socket.closed?.code).toBe(CLOSE.overloaded)
  })
})

describe('one frame for many channels', () => {
  it('is not kept once for each number that a client can think of', () => {
    const frame = outFrame(new Uint8Array(1 << 20))
    for (let number = 1; number <= 100; number++) expect(muxedFrame(frame, number).length).toBeGreaterThan(1 << 20)
    expect(frame.muxed?.size).toBeLessThanOrEqual(4)
    const small = outFrame(new Uint8Array(50))
    for (let number = 1; number <= 100; number++) muxedFrame(small, number)
    expect(small.muxed?.size).toBe(100)
  })
})

describe('[A3] people who came in by a link', () => {
  it.each([
    { type: 'link-revoked', workspaceId: WORKSPACE, linkId: 'link-1' as ShareLinkId },
    { type: 'guest-removed', workspaceId: WORKSPACE, guestId: 'guest-1' as GuestId },
  ] as const)('are judged anew at once on $type, also under their own account', async (event) => {
    const documentId = await seeded('linked')
    const linked = createTestSync(log, {
      authorize: async () => ({
        status: 'ok',
        canWrite: false,
        user: { id: 'user-ann', name: 'ann', color: 1, role: 'link', kind: 'guest' },
        workspaceId: WORKSPACE,
        epoch: 1,
      }),
    })
    const socket = createTestSocket()
    linked.sync.connectMux(socket, person('ann'))
    socket.say(openFrame(1, documentId))
    await until(() => framesOn(socket, 1).some(([kind]) => kind === MUX.opened))
    linked.publish(event)
    expect(framesOn(socket, 1).at(-1)).toEqual([MUX.close, CLOSE.restarting])
    await linked.sync.shutdown()
  })
})
