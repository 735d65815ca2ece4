import { hostMeter } from '../../process-usage.ts'
import { quantile } from '../../statistics.ts'
import { createLatencyBook } from '../latency.ts'
import { connectClient, type LoadClient } from '../load-client.ts'
import type { Measurement, Scenario } from '../scenario.ts'
import type { RunningSubject } from '../subjects.ts'
import { typeSteadily } from '../typing.ts'

interface TypingOptions {
  readonly rooms: number
  readonly members: number
  readonly authors: number
  readonly keysPerSecond: number
  readonly editsEach: number
  readonly warmUp: { readonly keysPerSecond: number; readonly editsEach: number }
}

/** Rooms in which some members type at a steady pace; every delivery to every other member is timed. */
async function runTyping(server: RunningSubject, options: TypingOptions): Promise<Measurement[]> {
  const book = createLatencyBook()
  const acknowledgedMs: number[] = []
  const authors: LoadClient[] = []
  const everyone: LoadClient[] = []
  const awaited: { frame: number; at: number }[][] = []
  for (let room = 0; room < options.rooms; room++) {
    for (let member = 0; member < options.members; member++) {
      const isAuthor = member < options.authors
      const pending: { frame: number; at: number }[] = []
      const client = await connectClient(server, `typing-${room}`, {
        onDelivered: book.receiver(),
        onAcknowledged(frames, at) {
          while (pending[0] && pending[0].frame <= frames) acknowledgedMs.push(at - (pending.shift()?.at ?? at))
        },
      })
      everyone.push(client)
      if (isAuthor) {
        authors.push(client)
        awaited.push(pending)
      }
    }
  }
  await Promise.all(everyone.map((client) => client.synced))

  // A server runs for weeks: its code is warm before anything is counted.
  const receivers = authors.length * (options.members - 1)
  await typeSteadily(authors, {
    keysPerSecond: options.warmUp.keysPerSecond,
    edits: options.warmUp.editsEach,
    book,
  })
  await book.reached(receivers * options.warmUp.editsEach)
  book.clear()
  const takenByHost = hostMeter()
  const before = server.cpu()
  await typeSteadily(authors, {
    keysPerSecond: options.keysPerSecond,
    edits: options.editsEach,
    book,
    onSent: (i) => awaited[i]?.push({ frame: authors[i]?.sentFrames ?? 0, at: performance.now() }),
  })
  const deliveries = receivers * options.editsEach
  await book.reached(deliveries)
  const after = server.cpu()
  // What the host takes in the middle of a turn counts as the process's own time.
  const taken = takenByHost()
  await Promise.all(everyone.map((client) => client.close()))

  const edits = authors.length * options.editsEach
  return [
    { metric: 'delivered p50', value: quantile(book.samples, 0.5), unit: 'ms' },
    { metric: 'delivered p99', value: quantile(book.samples, 0.99), unit: 'ms' },
    { metric: 'server CPU per delivered edit', value: ((after.server - before.server) / deliveries) * 1e6, unit: 'µs' },
    { metric: `server CPU for ${edits} edits`, value: after.server - before.server, unit: 's' },
    { metric: `CPU for ${edits} edits, database included`, value: after.all - before.all, unit: 's' },
    { metric: 'taken by the host', value: taken, unit: '% of a core' },
    ...(server.subject.acknowledges
      ? [
          { metric: 'acknowledged p50', value: quantile(acknowledgedMs, 0.5), unit: 'ms' },
          { metric: 'acknowledged p99', value: quantile(acknowledgedMs, 0.99), unit: 'ms' },
        ]
      : []),
  ]
}

export const pair: Scenario = {
  name: 'a pair at 10 keys/s',
  needsDocument: false,
  run: (server) =>
    runTyping(server, {
      rooms: 1,
      members: 2,
      authors: 2,
      keysPerSecond: 10,
      editsEach: 100,
      warmUp: { keysPerSecond: 100, editsEach: 400 },
    }),
}

export const crowdedRoom: Scenario = {
  name: 'one room, 50 members, 10 type at 10 keys/s',
  needsDocument: false,
  run: (server) =>
    runTyping(server, {
      rooms: 1,
      members: 50,
      authors: 10,
      keysPerSecond: 10,
      editsEach: 100,
      warmUp: { keysPerSecond: 50, editsEach: 500 },
    }),
}

export const manyRooms: Scenario = {
  name: '250 rooms of 2, 4 keys/s each',
  needsDocument: false,
  run: (server) =>
    runTyping(server, {
      rooms: 250,
      members: 2,
      authors: 2,
      keysPerSecond: 4,
      editsEach: 40,
      warmUp: { keysPerSecond: 4, editsEach: 20 },
    }),
}
