/**
 * Message types of the y-websocket protocol, and our own 100 and 101 (P1, P6). A frame is one varint type and its
 * body. 100: varUint n, the first n content frames of this channel are durable. 101: varUint seq, sent after a
 * moment's quiet on channels that get 100 too: with what was sent on this channel so far, and what the channel's own
 * frames added, the document is exactly the log at seq.
 */
export const MESSAGE = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3, acknowledged: 100, mark: 101 } as const
export const SYNC_STEP = { step1: 0, step2: 1, update: 2 } as const

/**
 * The multiplexed door `/sync` (P2). Every binary frame: varint channel, varint kind, body.
 * Channel 0 does not exist; the client picks numbers from 1 up and never reuses one on the same socket.
 */
export const MUX = {
  /** client → server: varString documentId, varUint epoch (0: any) */
  open: 0,
  /** both: varUint close code, varString reason */
  close: 1,
  /** both: one y-websocket message */
  message: 2,
  /** both: varUint bytes handed back to the other side's window of this channel */
  credit: 3,
  /** server → client, answer to open: varUint epoch, varUint isReadOnly */
  opened: 4,
} as const

/** Bytes of `message` bodies that may be under way on one channel in one direction. */
export const CHANNEL_WINDOW_BYTES = 1 << 20

export const SYNC_LIMITS = {
  frameBytes: 1 << 20,
  /** our clients cut a larger update of SyncStep2 into frames of at most this */
  textUnits: 5 << 20,
  stateBytes: 20 << 20,
  awarenessBytes: 8 << 10,
  messagesPerSecond: 200,
  messageBurst: 400,
  bytesPerSecond: 1 << 20,
} as const

/** What a client's awareness state holds; `user` is always overwritten by the server (F3). */
export interface AwarenessUser {
  readonly id: string
  readonly name: string
  /** 1 to 8; the palette is the client's */
  readonly color: number
  readonly role: string
  readonly kind: 'person' | 'guest' | 'agent'
}

/** Name of the Y.Text in every document. */
export const TEXT_NAME = 'text'
