import { ByteReader, ByteWriter, decodeUtf8 } from './bytes.ts'
import { DeleteRanges } from './delete-ranges.ts'
import { type AcceptedUpdate, encodeUpdate, type StructRun } from './encode-update.ts'
import { longLivedBytes } from './page-bytes.ts'
import { CONTENT, createStructView, readStruct, type StructView } from './read-struct.ts'
import { type Known, scanStored } from './scan-update.ts'

/** Bytes between two marks: how far a search inside one client's structs has to read at most, after appends. */
const MARK_EVERY_BYTES = 2048

/** All structs of one client, as bytes in the order of their clocks. */
interface ClientStructs {
  bytes: Uint8Array
  length: number
  count: number
  clock: number
  /** [clock, offset, count before] triples, so that a tail is found without reading from the start */
  marks: number[]
}

/** Clocks to encode from, by client; clients that are not named are left out. */
export type Clocks = ReadonlyMap<number, number>

/**
 * The state of a document as bytes: enough to judge, merge and encode updates without a Y.Doc. V1 structs do not
 * depend on their neighbours, so accepted structs of a client are simply strung together.
 */
export class DocumentState implements Known {
  readonly deletes = new DeleteRanges()
  private readonly clients = new Map<number, ClientStructs>()
  /** bytes of all structs: the measure of the state limit (A6) */
  size = 0
  private units = 0

  /** UTF-16 units of visible text (A6) */
  get textUnits(): number {
    return this.units - this.deletes.total
  }

  clockOf(client: number): number {
    return this.clients.get(client)?.clock ?? 0
  }

  get clientIds(): Iterable<number> {
    return this.clients.keys()
  }

  /** Takes in an update that was scanned against this very state. */
  integrate(update: AcceptedUpdate): void {
    for (const run of update.runs) this.append(run)
    this.deletes.addTriples(update.deletes)
  }

  /** Scans and takes in stored bytes. Throws where they do not fit, since stored updates always do. */
  load(bytes: Uint8Array): void {
    const scan = scanStored(bytes, this)
    if (scan.status === 'novel') this.integrate(scan.update)
    else if (scan.status !== 'known') throw new Error(`stored update is ${scan.status}`)
  }

  private append(run: StructRun): void {
    let structs = this.clients.get(run.client)
    const size = run.to - run.from
    if (structs === undefined) {
      structs = { bytes: longLivedBytes(Math.max(size, 64)), length: 0, count: 0, clock: 0, marks: [] }
      this.clients.set(run.client, structs)
    }
    if (structs.length + size > structs.bytes.length) {
      const grown = longLivedBytes(Math.max(structs.length + size, Math.ceil(structs.length * 1.5)))
      grown.set(structs.bytes.subarray(0, structs.length))
      structs.bytes = grown
    }
    const lastMark = structs.marks.at(-2) ?? -MARK_EVERY_BYTES
    if (structs.length - lastMark >= MARK_EVERY_BYTES) structs.marks.push(run.clock, structs.length, structs.count)
    structs.bytes.set(run.bytes.subarray(run.from, run.to), structs.length)
    structs.length += size
    structs.count += run.count
    structs.clock = run.end
    this.size += size
    this.units += run.end - run.clock
  }

  /** The UTF-16 unit of a client's text at this clock; null where it is unknown, or no longer kept. */
  unitAt(client: number, clock: number): number | null {
    const structs = this.clients.get(client)
    if (structs === undefined || clock >= structs.clock) return null
    const { view, clock: start } = seek(structs, clock)
    if (view.kind !== CONTENT.string) return null
    return decodeUtf8(structs.bytes.subarray(view.textFrom, view.textTo)).charCodeAt(clock - start)
  }

  /** The state vector as Yjs encodes it, each clock lowered to `atMost` where one is given. */
  encodeVector(atMost?: Clocks): Uint8Array {
    const writer = new ByteWriter(16 + this.clients.size * 10)
    writer.varUint(this.clients.size)
    for (const [client, structs] of this.clients) {
      writer.varUint(client)
      writer.varUint(Math.min(structs.clock, atMost?.get(client) ?? structs.clock))
    }
    return writer.finish()
  }

  /**
   * Everything somebody with this state vector lacks, and the whole delete set, as Yjs answers a SyncStep1; `room` bytes
   * before it stay free in its buffer.
   */
  encodeSince(vector: Clocks, room = 0): Uint8Array {
    const runs: StructRun[] = []
    for (const [client, structs] of this.clients) {
      const from = vector.get(client) ?? 0
      if (from < structs.clock) runs.push(tailOf(client, structs, from))
    }
    return encodeUpdate(runs, this.deletes, room).bytes
  }

  /** The structs from these clocks on, and these deletes. A struct that begins earlier is written whole. */
  encodeTail(from: Clocks, deletes: DeleteRanges): Uint8Array {
    const runs: StructRun[] = []
    for (const [client, clock] of from) {
      const structs = this.clients.get(client)
      if (structs !== undefined && clock < structs.clock) runs.push(tailOf(client, structs, clock))
    }
    return encodeUpdate(runs, deletes).bytes
  }
}

function tailOf(client: number, structs: ClientStructs, from: number): StructRun {
  const { at, clock, skipped } = seek(structs, from)
  const { bytes, length, count, clock: end } = structs
  return { client, clock, end, count: count - skipped, bytes, from: at, to: length }
}

/** Finds the struct that holds `from`, a clock below the client's: where it begins, and how many come before it. */
function seek(
  structs: ClientStructs,
  from: number,
): { readonly at: number; readonly clock: number; readonly skipped: number; readonly view: StructView } {
  const { marks } = structs
  let low = 0
  let high = marks.length / 3 - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((marks[middle * 3] as number) <= from) low = middle
    else high = middle - 1
  }
  let clock = marks[low * 3] as number
  let skipped = marks[low * 3 + 2] as number
  const reader = new ByteReader(structs.bytes, marks[low * 3 + 1] as number, structs.length)
  const view = createStructView()
  for (;;) {
    const at = reader.pos
    readStruct(reader, view)
    if (clock + view.length > from) return { at, clock, skipped, view }
    clock += view.length
    skipped++
  }
}
