import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { seededRandom } from '../random.ts'
import { DocumentState } from './document-state.ts'
import { type AcceptedUpdate, mergeAccepted } from './encode-update.ts'
import { scanUpdate } from './scan-update.ts'

const TEXT = 'text'

function replica(clientId: number): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = clientId
  return doc
}

function edit(doc: Y.Doc, random: ReturnType<typeof seededRandom>): void {
  const text = doc.getText(TEXT)
  const at = random.below(text.length + 1)
  if (random.chance(0.35) && text.length > 0)
    text.delete(Math.min(at, text.length - 1), 1 + random.below(Math.max(1, Math.min(5, text.length - at))))
  else text.insert(at, random.pick(['a', 'bc', '한글', '😀', 'line\n', 'x'.repeat(40)]))
}

const take = (state: DocumentState, bytes: Uint8Array): AcceptedUpdate | null => {
  const scan = scanUpdate(bytes, state)
  if (scan.status !== 'novel') return null
  state.integrate(scan.update)
  return scan.update
}

const textOf = (...updates: Uint8Array[]): string => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  expect(doc.store.pendingStructs).toBeNull()
  expect(doc.store.pendingDs).toBeNull()
  return doc.getText(TEXT).toString()
}

describe('the state of a document as bytes agrees with Yjs', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('[D6] for the random schedule %i', (seed) => {
    const random = seededRandom(seed)
    const docs = [replica(5), replica(900), replica(70_000)]
    const truth = new Y.Doc()
    const state = new DocumentState()
    const accepted: AcceptedUpdate[] = []
    const queue: Uint8Array[] = []
    for (const doc of docs) doc.on('update', (update: Uint8Array) => queue.push(update))
    for (let step = 0; step < 120; step++) {
      const doc = random.pick(docs)
      const op = random.below(10)
      if (op < 6) edit(doc, random)
      else if (op < 8) Y.applyUpdate(doc, Y.encodeStateAsUpdate(random.pick(docs)))
      // A whole state, a slice of one, a repetition, and delivery out of order.
      else if (op === 8)
        queue.push(Y.encodeStateAsUpdate(doc, random.chance(0.5) ? undefined : Y.encodeStateVector(random.pick(docs))))
      while (queue.length > 0 && random.chance(0.7)) {
        const index = random.chance(0.8) ? 0 : random.below(queue.length)
        const bytes = queue[index] as Uint8Array
        if (random.chance(0.9)) queue.splice(index, 1)
        const before = Y.encodeStateAsUpdate(truth)
        const scan = scanUpdate(bytes, state)
        const probe = new Y.Doc()
        Y.applyUpdate(probe, before)
        Y.applyUpdate(probe, bytes)
        const isPending = probe.store.pendingStructs !== null || probe.store.pendingDs !== null
        expect(scan.status === 'missing').toBe(isPending)
        if (isPending) {
          queue.push(...docs.map((each) => Y.encodeStateAsUpdate(each)))
          continue
        }
        expect(scan.status).toBe(Buffer.compare(before, Y.encodeStateAsUpdate(probe)) === 0 ? 'known' : 'novel')
        if (scan.status === 'novel') {
          state.integrate(scan.update)
          accepted.push(scan.update)
        }
        Y.applyUpdate(truth, bytes)
      }
      expect(Y.decodeStateVector(state.encodeVector())).toEqual(
        truth.store.clients.size === 0 ? new Map() : Y.decodeStateVector(Y.encodeStateVector(truth)),
      )
    }
    const expected = truth.getText(TEXT).toString()
    expect(textOf(state.encodeSince(new Map()))).toBe(expected)
    expect(textOf(...accepted.map((update) => update.bytes))).toBe(expected)
    expect(textOf(mergeAccepted(accepted))).toBe(expected)
    expect(textOf(Y.mergeUpdates(accepted.map((update) => update.bytes)))).toBe(expected)
    const other = random.pick(docs)
    const vector = Y.decodeStateVector(Y.encodeStateVector(other))
    const both = new Y.Doc()
    Y.applyUpdate(both, Y.encodeStateAsUpdate(other))
    Y.applyUpdate(both, state.encodeSince(vector))
    Y.applyUpdate(both, Y.encodeStateAsUpdate(truth))
    expect(both.store.pendingStructs).toBeNull()
    const again = new DocumentState()
    again.load(state.encodeSince(new Map()))
    expect(again.encodeSince(new Map())).toEqual(state.encodeSince(new Map()))
    const compacted = new DocumentState()
    compacted.load(Y.encodeStateAsUpdate(truth))
    expect(scanUpdate(state.encodeSince(new Map()), compacted).status).toBe('known')
    expect(scanUpdate(Y.encodeStateAsUpdate(truth), state).status).toBe('known')
  })

  it('[A5] takes from the log any number of deleted units, and from a client no more than the limit at once', () => {
    const doc = replica(7)
    const text = doc.getText(TEXT)
    for (let paste = 0; paste < 12; paste++) {
      text.insert(0, 'x'.repeat(500_000))
      text.delete(0, 500_000)
    }
    text.insert(0, 'what is left')
    const snapshot = Y.encodeStateAsUpdate(doc)
    expect(scanUpdate(snapshot, new DocumentState()).status).toBe('refused')
    const state = new DocumentState()
    state.load(snapshot)
    expect(state.textUnits).toBe('what is left'.length)
    expect(textOf(state.encodeSince(new Map()))).toBe('what is left')
  })

  it('[D6] keeps only what is new of a struct that is half known', () => {
    const doc = replica(7)
    const text = doc.getText(TEXT)
    text.insert(0, 'half ')
    const half = Y.encodeStateAsUpdate(doc)
    text.insert(5, '한글😀')
    const state = new DocumentState()
    take(state, half)
    const update = take(state, Y.encodeStateAsUpdate(doc))
    expect(update?.runs).toMatchObject([{ client: 7, clock: 5, end: 9 }])
    expect(textOf(half, update?.bytes as Uint8Array)).toBe('half 한글😀')
  })
})

it('[L5] agrees with Yjs while it grows from a few bytes over many pages', () => {
  const doc = replica(7)
  const state = new DocumentState()
  doc.on('update', (update: Uint8Array) => take(state, update))
  for (const units of [10, 3_000, 20_000, 500, 90_000, 4_096, 200_000]) {
    doc.getText(TEXT).insert(doc.getText(TEXT).length >> 1, '한'.repeat(units))
    expect(textOf(state.encodeSince(new Map()))).toBe(doc.getText(TEXT).toString())
    expect(state.unitAt(7, units - 1)).toBe('한'.charCodeAt(0))
  }
})
