import { writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number]
type Deletes = ReturnType<typeof Y.decodeUpdate>['ds']

const end = (s: Struct): number => s.id.clock + s.length

/** Cuts a long run of text, so that each half fits a frame; other contents stay whole. */
function halve(struct: Struct): [Struct, Struct] | null {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString) || struct.length < 2) return null
  const middle = struct.length >> 1
  // Yjs turns a surrogate pair that is cut in two into replacement characters.
  const isInsidePair = /[\uD800-\uDBFF]/.test(struct.content.str.charAt(middle - 1))
  const at = isInsidePair ? middle + 1 : middle
  if (at >= struct.length) return null
  const { client, clock } = struct.id
  const left = struct.content.copy()
  const right = left.splice(at)
  const item = (id: Y.ID, origin: Y.ID | null, content: Y.Item['content']): Y.Item =>
    new Y.Item(id, null, origin, null, struct.rightOrigin, struct.parent, struct.parentSub, content)
  return [
    item(struct.id, struct.origin, left),
    item(Y.createID(client, clock + at), Y.createID(client, clock + at - 1), right),
  ]
}

const sizeOf = (struct: Struct): number =>
  struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str.length * 3 + 40 : 60

function* pieces(struct: Struct, maxBytes: number): Generator<Struct> {
  const halves = sizeOf(struct) > maxBytes ? halve(struct) : null
  if (halves === null) yield struct
  else for (const half of halves) yield* pieces(half, maxBytes)
}

/** Every struct after those it stands on, whoever wrote them: a server holds back what has a gap before it. */
function inCausalOrder(structs: readonly Struct[]): Struct[] {
  const queues = new Map<number, Struct[]>()
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue
    const queue = queues.get(struct.id.client)
    if (queue) queue.push(struct)
    else queues.set(struct.id.client, [struct])
  }
  const next = new Map([...queues.keys()].map((client) => [client, 0]))
  const isWaiting = (id: Y.ID | null): boolean => {
    if (id === null) return false
    const queue = queues.get(id.client)
    const head = queue?.[next.get(id.client) ?? 0]
    return head !== undefined && head.id.clock <= id.clock && id.clock < end(queue?.at(-1) ?? head)
  }
  const dependencies = (s: Struct): (Y.ID | null)[] =>
    s instanceof Y.Item ? [s.origin, s.rightOrigin, s.parent instanceof Y.ID ? s.parent : null] : []
  const ordered: Struct[] = []
  for (let found = true; found;) {
    found = false
    for (const [client, queue] of queues) {
      let at = next.get(client) ?? 0
      for (let head = queue[at]; head && !dependencies(head).some(isWaiting); head = queue[at]) {
        ordered.push(head)
        next.set(client, ++at)
        found = true
      }
    }
  }
  return ordered
}

/** One run a client, gaps filled with Skip, as the update format wants it. */
function runsOf(structs: readonly Struct[]): Struct[][] {
  const runs: Struct[][] = []
  for (const struct of [...structs].sort((a, b) => b.id.client - a.id.client || a.id.clock - b.id.clock)) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run === undefined || last === undefined || last.id.client !== struct.id.client) {
      runs.push([struct])
      continue
    }
    const gap = struct.id.clock - end(last)
    if (gap > 0) run.push(new Y.Skip(Y.createID(struct.id.client, end(last)), gap))
    run.push(struct)
  }
  return runs
}

function encode(structs: readonly Struct[], deletes: Deletes['clients']): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const runs = runsOf(structs)
  const rest = encoder.restEncoder
  writeVarUint(rest, runs.length)
  for (const run of runs) {
    const first = run[0]
    if (first === undefined) continue
    writeVarUint(rest, run.length)
    encoder.writeClient(first.id.client)
    writeVarUint(rest, first.id.clock)
    for (const struct of run) struct.write(encoder, 0)
  }
  writeVarUint(rest, deletes.size)
  for (const [client, ranges] of deletes) {
    encoder.resetDsCurVal()
    writeVarUint(rest, client)
    writeVarUint(rest, ranges.length)
    for (const range of ranges) {
      encoder.writeDsClock(range.clock)
      encoder.writeDsLen(range.len)
    }
  }
  return encoder.toUint8Array()
}

const DELETE_BYTES = 12

/** The delete set in parts, since a long-lived document's may be larger than a frame. */
function* deleteParts(deletes: Deletes, maxBytes: number): Generator<Deletes['clients']> {
  const perPart = Math.max(1, Math.floor(maxBytes / DELETE_BYTES))
  for (const [client, ranges] of deletes.clients)
    for (let i = 0; i < ranges.length; i += perPart) yield new Map([[client, ranges.slice(i, i + perPart)]])
}

/**
 * Cuts a Yjs update into parts of about `maxBytes` that can be applied one after the other and together say
 * the same. A single embedded value larger than that stays whole.
 */
export function splitUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (update.byteLength <= maxBytes) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const parts: Uint8Array[] = []
  let batch: Struct[] = []
  let size = 0
  const flush = (): void => {
    if (batch.length > 0) parts.push(encode(batch, new Map()))
    batch = []
    size = 0
  }
  for (const struct of inCausalOrder(structs))
    for (const piece of pieces(struct, maxBytes)) {
      if (size + sizeOf(piece) > maxBytes) flush()
      batch.push(piece)
      size += sizeOf(piece)
    }
  flush()
  for (const deletes of deleteParts(ds, maxBytes)) parts.push(encode([], deletes))
  return parts
}
