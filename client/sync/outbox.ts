import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { CHANNEL_WINDOW_BYTES, MESSAGE, SYNC_STEP } from '#shared/protocol/sync.ts'
import { splitUpdate } from './split-update.ts'

/** Half the server's limit, so that a frame and its envelope fit, and two fit in a window. */
const MAX_UPDATE_BYTES = 512 * 1024

export type SentOffer = 'none' | 'part' | 'whole'

type Outgoing =
  | { readonly type: 'plain'; readonly message: Uint8Array }
  | {
      readonly type: 'content'
      readonly step: number
      readonly update: Uint8Array
      readonly edits: number
      readonly offer: SentOffer
    }

const contentMessage = (step: number, update: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, update)
  })

/** Cuts what is too large; only the last part of an offer makes the offer whole. */
function readOutgoing(message: Uint8Array<ArrayBuffer>, edits: number): Outgoing[] {
  const decoder = decoding.createDecoder(message)
  if (decoding.readVarUint(decoder) !== MESSAGE.sync) return [{ type: 'plain', message }]
  const step = decoding.readVarUint(decoder)
  if (step === SYNC_STEP.step1) return [{ type: 'plain', message }]
  const isOffer = step === SYNC_STEP.step2
  const parts = splitUpdate(decoding.readVarUint8Array(decoder), MAX_UPDATE_BYTES)
  return parts.map((update, i) => ({
    type: 'content',
    step: i === 0 ? step : SYNC_STEP.update,
    update,
    edits,
    offer: !isOffer ? 'none' : i === parts.length - 1 ? 'whole' : 'part',
  }))
}

/** Edits that wait together travel together. */
function merged(a: Outgoing | undefined, b: Outgoing): Outgoing | null {
  if (a?.type !== 'content' || b.type !== 'content' || a.offer !== 'none' || b.offer !== 'none') return null
  if (a.update.byteLength + b.update.byteLength > MAX_UPDATE_BYTES) return null
  return { ...b, update: Y.mergeUpdates([a.update, b.update]) }
}

export interface Outbox {
  /** `edits` is the newest edit inside a content message; ignored for others */
  readonly push: (message: Uint8Array<ArrayBuffer>, edits: number) => void
  readonly credit: (bytes: number) => void
}

/**
 * The credit window of one channel (P2): what does not fit waits here, in order. A task's first frame leaves at once:
 * the editor's own work for a key, which follows, takes longer than the way to the server. What else the task makes
 * leaves at its end, joined.
 */
export function createOutbox(
  write: (message: Uint8Array) => void,
  onSent: (edits: number, offer: SentOffer) => void,
): Outbox {
  let window = CHANNEL_WINDOW_BYTES
  const waiting: Outgoing[] = []
  let isScheduled = false

  const flush = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const message = next.type === 'plain' ? next.message : contentMessage(next.step, next.update)
      if (message.byteLength > window && window < CHANNEL_WINDOW_BYTES) return
      waiting.shift()
      window -= message.byteLength
      write(message)
      if (next.type === 'content') onSent(next.edits, next.offer)
    }
  }
  return {
    push: (message, edits) => {
      for (const item of readOutgoing(message, edits)) {
        const joined = merged(waiting.at(-1), item)
        if (joined === null) waiting.push(item)
        else waiting[waiting.length - 1] = joined
      }
      if (isScheduled) return
      isScheduled = true
      flush()
      queueMicrotask(() => {
        isScheduled = false
        flush()
      })
    },
    credit: (bytes) => {
      window = Math.min(CHANNEL_WINDOW_BYTES, window + bytes)
      flush()
    },
  }
}
