import { connectClient } from '../load-client.ts'
import type { Scenario } from '../scenario.ts'
import { rustcodeUpdates } from '../trace.ts'

const JOINERS = 100

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

/** A hundred people open a document with a long history at once. */
export const joinTrace: Scenario = {
  name: '100 join the rustcode document',
  needsDocument: true,
  async run(server) {
    const { updates, clientId, endClock } = rustcodeUpdates()
    const arrived = Promise.withResolvers<void>()
    const peer = await connectClient(server, 'joined', {
      onDelivered: (id, clock) => id === clientId && clock >= endClock && arrived.resolve(),
    })
    const author = await connectClient(server, 'joined')
    await Promise.all([peer.synced, author.synced])
    for (const [i, update] of updates.entries()) {
      author.sendUpdate(update)
      if (i % 500 === 499) await new Promise(setImmediate)
    }
    await arrived.promise
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
