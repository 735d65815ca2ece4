import { ByteReader, Malformed } from './bytes.ts'
import { DeleteRanges } from './delete-ranges.ts'
import { type AcceptedUpdate, encodeUpdate, type StructRun } from './encode-update.ts'
import { CONTENT, createStructView, readStruct, Refused, type StructView } from './read-struct.ts'
import { sliceStruct } from './slice-struct.ts'
import { type Dependency, reachOf } from './dependencies.ts'

/** What is known already; an update is judged against it. */
export interface Known {
  /** the clock up to which structs of this client are known */
  clockOf(client: number): number
  readonly deletes: DeleteRanges
}

export type Scan =
  | { readonly status: 'malformed'; readonly reason: string }
  /** well-formed, but never to be kept (A5) */
  | { readonly status: 'refused'; readonly reason: string }
  /** something it builds on is not known yet (D6) */
  | { readonly status: 'missing' }
  /** adds nothing */
  | { readonly status: 'known' }
  | { readonly status: 'novel'; readonly update: AcceptedUpdate }

/** Units of GC and deleted structs that one update may bring under clocks nobody knows (A5). */
const MAX_NOVEL_DELETED = 5 << 20
const MAX_CLOCK = 2 ** 47

/** Reused, since scans never overlap: one allocation less for each keystroke. */
const view: StructView = createStructView()

/** Reads a client's V1 update strictly and keeps what is new in it; changes nothing. */
export const scanUpdate = (bytes: Uint8Array, known: Known): Scan => scanSafely(bytes, known, MAX_NOVEL_DELETED)

/**
 * The same for what the log holds. Each part was within the limits when it was accepted; a snapshot of a long life is
 * not, and whoever refused it could never open the document again.
 */
export const scanStored = (bytes: Uint8Array, known: Known): Scan => scanSafely(bytes, known, MAX_CLOCK)

function scanSafely(bytes: Uint8Array, known: Known, maxNovelDeleted: number): Scan {
  try {
    return scan(bytes, known, maxNovelDeleted)
  } catch (error) {
    if (error instanceof Malformed) return { status: 'malformed', reason: error.message }
    if (error instanceof Refused) return { status: 'refused', reason: error.message }
    throw error
  }
}

/**
 * The new structs of these clients, as far as they can be integrated without the others' structs; null if there are
 * none. For an update that scanUpdate found novel.
 */
export function scanPart(
  bytes: Uint8Array,
  known: Known,
  isWanted: (client: number) => boolean,
): AcceptedUpdate | null {
  const reader = new ByteReader(bytes)
  const sections = newSections(MAX_NOVEL_DELETED)
  for (let left = reader.count(); left > 0; left--) scanSection(reader, known, sections, isWanted)
  const reach = reachOf(sections.runs, sections.waits, known)
  const runs: StructRun[] = []
  const implied: number[] = []
  for (const run of sections.runs) {
    const part = cutRun(run, reach.clockOf(run.client), implied)
    if (part !== null) runs.push(part)
  }
  const ranges = new DeleteRanges()
  ranges.addTriples(implied)
  return runs.length === 0 ? null : { ...encodeUpdate(runs, ranges), implied }
}

/** The run up to `end`, which is the start of one of its structs or lies behind it. */
function cutRun(run: StructRun, end: number, implied: number[]): StructRun | null {
  const reader = new ByteReader(run.bytes, run.from, run.to)
  let { clock } = run
  let count = 0
  while (count < run.count && clock < end) {
    readStruct(reader, view)
    if (view.kind !== CONTENT.string) implied.push(run.client, clock, clock + view.length)
    clock += view.length
    count++
  }
  return count === 0 ? null : { ...run, end: clock, count, to: reader.pos }
}

interface Sections {
  readonly runs: StructRun[]
  readonly waits: Dependency[]
  readonly implied: number[]
  readonly clients: Set<number>
  hasGap: boolean
  isWholeNew: boolean
  lastClient: number
  novelDeleted: number
  readonly maxNovelDeleted: number
}

const everyone = (): boolean => true

const newSections = (maxNovelDeleted: number): Sections => ({
  runs: [],
  waits: [],
  implied: [],
  clients: new Set(),
  hasGap: false,
  isWholeNew: true,
  lastClient: Number.POSITIVE_INFINITY,
  novelDeleted: 0,
  maxNovelDeleted,
})

function scan(bytes: Uint8Array, known: Known, maxNovelDeleted: number): Scan {
  const reader = new ByteReader(bytes)
  const sections = newSections(maxNovelDeleted)
  for (let left = reader.count(); left > 0; left--) scanSection(reader, known, sections, everyone)
  const deletes: number[] = []
  const areAllNew = scanDeletes(reader, known, sections, deletes)
  reader.finish()
  if (sections.hasGap || !reachOf(sections.runs, sections.waits, known).isComplete) return { status: 'missing' }
  if (sections.runs.length === 0 && deletes.length === 0) return { status: 'known' }
  const { runs, implied } = sections
  if (sections.isWholeNew && areAllNew && implied.length === 0) {
    return { status: 'novel', update: { bytes, runs, deletes, implied } }
  }
  // Somebody else may hold the same struct undeleted: only a delete set tells them.
  const ranges = new DeleteRanges()
  ranges.addTriples(deletes)
  ranges.addTriples(implied)
  return { status: 'novel', update: { ...encodeUpdate(runs, ranges), implied } }
}

function scanSection(
  reader: ByteReader,
  known: Known,
  sections: Sections,
  isWanted: (client: number) => boolean,
): void {
  const count = reader.count()
  const client = reader.varUint()
  let clock = reader.varUint()
  if (count === 0 || sections.clients.has(client)) throw new Malformed('client named twice or for nothing')
  sections.clients.add(client)
  if (client > sections.lastClient) sections.isWholeNew = false
  sections.lastClient = client
  // What is not wanted passes as known.
  const start = isWanted(client) ? known.clockOf(client) : Number.POSITIVE_INFINITY
  let expected = start
  let firstNew = -1
  let lastNew = -1
  let newCount = 0
  let head: StructRun | null = null
  for (let i = 0; i < count; i++) {
    const at = reader.pos
    readStruct(reader, view)
    const end = clock + view.length
    if (end > MAX_CLOCK) throw new Refused('clock out of bounds')
    if (end <= expected) sections.isWholeNew = false
    else if (view.kind === CONTENT.skip) {
      if (view.length > MAX_NOVEL_DELETED) throw new Refused('skip out of bounds')
      sections.isWholeNew = false
    } else if (clock > expected) sections.hasGap = true
    else {
      if (view.kind !== CONTENT.string) noteDeleted(sections, client, expected, end)
      noteWaits(client, clock, known, sections.waits)
      if (clock < expected) {
        sections.isWholeNew = false
        const sliced = sliceStruct(reader.bytes, at, client, clock, expected - clock)
        head = { client, clock: expected, end, count: 1, bytes: sliced, from: 0, to: sliced.length }
      } else {
        if (firstNew < 0) firstNew = at
        lastNew = reader.pos
        newCount++
      }
      expected = end
    }
    clock = end
  }
  if (head !== null) sections.runs.push(head)
  if (firstNew >= 0) {
    sections.runs.push({
      client,
      clock: head?.end ?? start,
      end: expected,
      count: newCount,
      bytes: reader.bytes,
      from: firstNew,
      to: lastNew,
    })
  }
}

function noteDeleted(sections: Sections, client: number, start: number, end: number): void {
  sections.implied.push(client, start, end)
  sections.novelDeleted += end - start
  if (sections.novelDeleted > sections.maxNovelDeleted) throw new Refused('deleted structs out of bounds')
}

function noteWaits(client: number, clock: number, known: Known, waits: Dependency[]): void {
  note(client, clock, view.originClient, view.originClock, known, waits)
  note(client, clock, view.rightClient, view.rightClock, known, waits)
}

function note(client: number, clock: number, on: number, onClock: number, known: Known, waits: Dependency[]): void {
  if (on < 0) return
  if (on === client) {
    if (onClock >= clock) throw new Refused('a struct that builds on its own future')
  } else if (onClock >= known.clockOf(on)) waits.push({ client, clock, on, onClock })
}

function scanDeletes(reader: ByteReader, known: Known, sections: Sections, out: number[]): boolean {
  let areAllNew = true
  const seen = new Set<number>()
  for (let clients = reader.count(); clients > 0; clients--) {
    const client = reader.varUint()
    if (seen.has(client)) throw new Malformed('client deleted from twice')
    seen.add(client)
    const run = sections.runs.findLast((candidate) => candidate.client === client)
    const limit = run?.end ?? known.clockOf(client)
    for (let left = reader.count(); left > 0; left--) {
      const clock = reader.varUint()
      const length = reader.varUint()
      if (length === 0) throw new Malformed('empty delete')
      if (clock + length > limit) sections.hasGap = true
      const before = out.length
      known.deletes.collectUnknown(client, clock, clock + length, out)
      if (out.length !== before + 3 || out[before + 1] !== clock || out[before + 2] !== clock + length)
        areAllNew = false
    }
  }
  return areAllNew
}
