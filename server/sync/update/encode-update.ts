import { ByteWriter } from './bytes.ts'
import { DeleteRanges } from './delete-ranges.ts'

/** Structs of one client that follow each other without a gap; offsets point into `bytes`. */
export interface StructRun {
  readonly client: number
  readonly clock: number
  readonly end: number
  readonly count: number
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** What an accepted frame added: a V1 update holding nothing that was known before, and where its parts lie. */
export interface AcceptedUpdate {
  readonly bytes: Uint8Array
  readonly runs: readonly StructRun[]
  /** [client, start, end] triples */
  readonly deletes: readonly number[]
  /** triples of GC and deleted structs; in `deletes` too */
  readonly implied: readonly number[]
}

/**
 * Writes runs (those of one client adjoining and in order) and deletes as one V1 update. `room` bytes before it are
 * left free in its buffer, so that a message can be made around it.
 */
export function encodeUpdate(
  runs: readonly StructRun[],
  deletes: DeleteRanges,
  room = 0,
): Pick<AcceptedUpdate, 'bytes' | 'runs' | 'deletes'> {
  const byClient = new Map<number, StructRun[]>()
  for (const run of runs) {
    const list = byClient.get(run.client)
    if (list === undefined) byClient.set(run.client, [run])
    else list.push(run)
  }
  // Yjs writes higher client ids first, and Y.mergeUpdates relies on it.
  const clients = [...byClient.keys()].sort((a, b) => b - a)
  const writer = new ByteWriter(room + 64 + runs.reduce((size, run) => size + run.to - run.from + 16, 0))
  writer.skip(room)
  const placed: { client: number; clock: number; end: number; count: number; from: number; to: number }[] = []
  writer.varUint(clients.length)
  for (const client of clients) {
    const list = byClient.get(client) as StructRun[]
    const first = list[0] as StructRun
    const count = list.reduce((sum, run) => sum + run.count, 0)
    writer.varUint(count)
    writer.varUint(client)
    writer.varUint(first.clock)
    const from = writer.length - room
    for (const run of list) writer.bytes(run.bytes, run.from, run.to)
    placed.push({
      client,
      clock: first.clock,
      end: (list.at(-1) as StructRun).end,
      count,
      from,
      to: writer.length - room,
    })
  }
  const triples = writeDeletes(writer, deletes)
  const written = writer.finish()
  // A view of a keystroke's few bytes would take them out of V8's heap, into a buffer of their own.
  const bytes = room === 0 ? written : written.subarray(room)
  return { bytes, runs: placed.map((run) => ({ ...run, bytes })), deletes: triples }
}

function writeDeletes(writer: ByteWriter, deletes: DeleteRanges): number[] {
  const triples: number[] = []
  const clients = [...deletes.clients.keys()].sort((a, b) => b - a)
  writer.varUint(clients.length)
  for (const client of clients) {
    const ranges = deletes.clients.get(client) as number[]
    writer.varUint(client)
    writer.varUint(ranges.length / 2)
    for (let i = 0; i < ranges.length; i += 2) {
      const start = ranges[i] as number
      const end = ranges[i + 1] as number
      writer.varUint(start)
      writer.varUint(end - start)
      triples.push(client, start, end)
    }
  }
  return triples
}

/** One update that adds what all of these added, in the order in which they were accepted. */
export function mergeAccepted(updates: readonly AcceptedUpdate[]): Uint8Array {
  const [first] = updates
  if (first !== undefined && updates.length === 1) return first.bytes
  const deletes = new DeleteRanges()
  for (const update of updates) deletes.addTriples(update.deletes)
  return encodeUpdate(
    updates.flatMap((update) => update.runs),
    deletes,
  ).bytes
}
