import { MESSAGE, SYNC_STEP } from '#shared/protocol/sync.ts'
import { ByteReader, ByteWriter, Malformed } from './update/bytes.ts'

/** One y-websocket message from a client, decoded to the point where a room can judge it. */
export type ClientMessage =
  | { readonly type: 'step1'; readonly vector: ReadonlyMap<number, number> }
  | { readonly type: 'content'; readonly isStep2: boolean; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly update: Uint8Array }
  | { readonly type: 'queryAwareness' }
  /** well-formed as far as can be told, but none of ours */
  | { readonly type: 'unknown' }

/** Strict: throws Malformed for anything short, long or absurd. */
export function decodeMessage(bytes: Uint8Array): ClientMessage {
  const reader = new ByteReader(bytes)
  const message = decode(reader)
  if (message.type !== 'unknown') reader.finish()
  return message
}

function decode(reader: ByteReader): ClientMessage {
  switch (reader.varUint()) {
    case MESSAGE.sync:
      return decodeSync(reader)
    case MESSAGE.awareness:
      return { type: 'awareness', update: reader.varBytes() }
    case MESSAGE.queryAwareness:
      return { type: 'queryAwareness' }
    default:
      return { type: 'unknown' }
  }
}

function decodeSync(reader: ByteReader): ClientMessage {
  const step = reader.varUint()
  switch (step) {
    case SYNC_STEP.step1:
      return { type: 'step1', vector: decodeVector(reader.varBytes()) }
    case SYNC_STEP.step2:
    case SYNC_STEP.update:
      return { type: 'content', isStep2: step === SYNC_STEP.step2, update: reader.varBytes() }
    default:
      return { type: 'unknown' }
  }
}

function decodeVector(bytes: Uint8Array): ReadonlyMap<number, number> {
  const reader = new ByteReader(bytes)
  const vector = new Map<number, number>()
  for (let left = reader.count(); left > 0; left--) {
    const client = reader.varUint()
    if (vector.has(client)) throw new Malformed('client named twice')
    vector.set(client, reader.varUint())
  }
  reader.finish()
  return vector
}

const syncMessage = (step: number, body: Uint8Array): Uint8Array => {
  const writer = new ByteWriter(body.length + 12)
  writer.byte(MESSAGE.sync)
  writer.byte(step)
  writer.varBytes(body)
  return writer.finish()
}

/** What the head of a sync message takes at most: its type, its step, and the length of what follows. */
const SYNC_HEAD_BYTES = 10

/** A SyncStep2 of what `encode` writes after so many free bytes: the largest texts are not copied into it. */
export function step2Around(encode: (room: number) => Uint8Array): Uint8Array {
  const body = encode(SYNC_HEAD_BYTES)
  const writer = new ByteWriter(SYNC_HEAD_BYTES)
  writer.byte(MESSAGE.sync)
  writer.byte(SYNC_STEP.step2)
  writer.varUint(body.length)
  const head = writer.finish()
  const message = new Uint8Array(body.buffer, body.byteOffset - head.length, head.length + body.length)
  message.set(head)
  return message
}

export const step1Message = (vector: Uint8Array): Uint8Array => syncMessage(SYNC_STEP.step1, vector)
export const step2Message = (update: Uint8Array): Uint8Array => syncMessage(SYNC_STEP.step2, update)
export const updateMessage = (update: Uint8Array): Uint8Array => syncMessage(SYNC_STEP.update, update)

export function awarenessMessage(entries: readonly Uint8Array[]): Uint8Array {
  const body = new ByteWriter(64 + entries.reduce((size, entry) => size + entry.length, 0))
  body.varUint(entries.length)
  for (const entry of entries) body.bytes(entry)
  const update = body.finish()
  const writer = new ByteWriter(update.length + 12)
  writer.byte(MESSAGE.awareness)
  writer.varBytes(update)
  return writer.finish()
}

const numberMessage = (type: number, ...values: readonly number[]): Uint8Array => {
  const writer = new ByteWriter(24)
  writer.varUint(type)
  for (const value of values) writer.varUint(value)
  return writer.finish()
}

/** P6: this many content frames of the channel are durable, and the log up to this seq has them. */
export const acknowledgedMessage = (count: number, seq: number): Uint8Array =>
  numberMessage(MESSAGE.acknowledged, count, seq)
/** Nothing is under way: the channel has been sent the log up to this seq, and nothing beyond it. */
export const markMessage = (seq: number): Uint8Array => numberMessage(MESSAGE.mark, seq)

/** An awareness message about nobody: keeps a y-websocket client from giving the link up (P3). */
export const KEEP_ALIVE = awarenessMessage([])
