import { setTimeout as delay } from 'node:timers/promises'
import { connectClient, type LoadClient } from '../load-client.ts'
import type { Scenario } from '../scenario.ts'

const PASTE = 'a line of sixty-four characters, so that many make a whole paste\n'.repeat(2000)
const WARM_UP_PASTES = 30
/** More than two sockets' buffers take in. */
const PASTES = 360
const GAP_MS = 30
/** Of what may wait for the database, far less than where edits are refused. */
const MAX_UNACKNOWLEDGED = 20

/** One of three stops reading while the whole text is replaced again and again, 47 MB in all: what it costs the server. */
export const stalledReader: Scenario = {
  name: 'one reader stalls while 47 MB pass',
  needsDocument: true,
  async run(server) {
    const awaited = { clock: Number.POSITIVE_INFINITY, hasIt: (_reader: 'reads' | 'stalls') => {} }
    const author = await connectClient(server, 'stalled')
    const follow = (reader: 'reads' | 'stalls') =>
      connectClient(server, 'stalled', {
        onDelivered: (id, clock) => id === author.clientId && clock >= awaited.clock && awaited.hasIt(reader),
      })
    const reading = await follow('reads')
    const stalling = await follow('stalls')
    const everyone: readonly LoadClient[] = [author, reading, stalling]
    await Promise.all(everyone.map((client) => client.synced))

    /** Resolves once these readers have the last paste. */
    const paste = async (count: number, readers: readonly ('reads' | 'stalls')[]): Promise<void> => {
      const missing = new Set(readers)
      const arrived = Promise.withResolvers<void>()
      awaited.clock = Number.POSITIVE_INFINITY
      awaited.hasIt = (reader) => {
        missing.delete(reader)
        if (missing.size === 0) arrived.resolve()
      }
      for (let i = 0; i < count; i++) {
        const clock = author.replace(PASTE)
        if (i === count - 1) awaited.clock = clock
        do await delay(GAP_MS)
        while (server.subject.acknowledges && author.sentFrames - author.acknowledgedFrames > MAX_UNACKNOWLEDGED)
      }
      await arrived.promise
    }

    await paste(WARM_UP_PASTES, ['reads', 'stalls'])
    const start = await server.memory()
    stalling.pause()
    await paste(PASTES, ['reads'])
    const stalled = await server.memory()
    stalling.resume()
    await paste(1, ['reads', 'stalls'])
    await Promise.all(everyone.map((client) => client.close()))
    return [{ metric: 'RSS growth', value: (stalled - start) / 2 ** 20, unit: 'MiB' }]
  },
}
