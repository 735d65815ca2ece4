import { setTimeout as delay } from 'node:timers/promises'
import * as Y from 'yjs'
import { connectClient } from '../load-client.ts'
import type { Scenario } from '../scenario.ts'
import type { RunningSubject } from '../subjects.ts'
import { rustcodeUpdates } from '../trace.ts'

const JOINERS = 100
/** Half a second with less than this is rest. */
const IDLE_CPU_SECONDS = 0.01

/** Types the whole trace in as fast as the socket takes it. */
export const typeTrace: Scenario = {
  name: 'rustcode (40,173 edits) typed in at full speed',
  needsDocument: true,
  async run(server) {
    const { updates, clientId, endClock } = rustcodeUpdates()
    const arrived = Promise.withResolvers<number>()
    const acknowledged = Promise.withResolvers<number>()
    const peer = await connectClient(server, 'trace', {
      onDelivered: (id, clock, at) => id === clientId && clock >= endClock && arrived.resolve(at),
    })
    const author = await connectClient(server, 'trace', {
      onAcknowledged: (frames, at) =>
        frames >= author.sentFrames && frames > updates.length && acknowledged.resolve(at),
    })
    await Promise.all([peer.synced, author.synced])
    const start = performance.now()
    const before = server.cpu()
    for (const [i, update] of updates.entries()) {
      author.sendUpdate(update)
      // Lets the socket breathe, as a browser's event loop would.
      if (i % 500 === 499) await new Promise(setImmediate)
    }
    const deliveredAt = await arrived.promise
    const acknowledgedAt = server.subject.acknowledges ? await acknowledged.promise : Number.NaN
    const after = server.cpu()
    await Promise.all([peer.close(), author.close()])
    return [
      { metric: 'until a peer has it all', value: (deliveredAt - start) / 1000, unit: 's' },
      ...(server.subject.acknowledges
        ? [{ metric: 'until all is acknowledged', value: (acknowledgedAt - start) / 1000, unit: 's' }]
        : []),
      { metric: 'server CPU', value: after.server - before.server, unit: 's' },
    ]
  },
}

/** What the typing set off, such as storing and compacting, is no part of joining. */
async function untilIdle(server: RunningSubject): Promise<void> {
  for (let last = Number.NEGATIVE_INFINITY, now = server.cpu().server; now - last > IDLE_CPU_SECONDS;) {
    last = now
    await delay(500)
    now = server.cpu().server
  }
}

function stateOf(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return Y.encodeStateAsUpdate(doc)
}

/** A hundred people open a document with a long history at once. */
export const joinTrace: Scenario = {
  name: '100 join the rustcode document',
  needsDocument: false,
  async run(server) {
    const { updates, clientId, endClock } = rustcodeUpdates()
    const arrived = Promise.withResolvers<void>()
    const peer = await connectClient(server, 'joined', {
      onDelivered: (id, clock) => id === clientId && clock >= endClock && arrived.resolve(),
    })
    const author = await connectClient(server, 'joined')
    await Promise.all([peer.synced, author.synced])
    // The relay's floor: the finished state as one frame, which it hands to every newcomer.
    const sent = server.subject.keepsDocuments ? updates : [stateOf(updates)]
    for (const [i, update] of sent.entries()) {
      author.sendUpdate(update)
      if (i % 500 === 499) await new Promise(setImmediate)
    }
    await arrived.promise
    await untilIdle(server)
    const before = server.cpu()
    const start = performance.now()
    const joiners = await Promise.all(
      Array.from({ length: JOINERS }, async () => {
        const joined = Promise.withResolvers<void>()
        const client = await connectClient(server, 'joined', {
          onDelivered: (id, clock) => id === clientId && clock >= endClock && joined.resolve(),
        })
        await joined.promise
        return client
      }),
    )
    const wall = performance.now() - start
    const after = server.cpu()
    await Promise.all([peer, author, ...joiners].map((client) => client.close()))
    return [
      { metric: 'server CPU', value: after.server - before.server, unit: 's' },
      { metric: 'until all have it', value: wall, unit: 'ms' },
    ]
  },
}
