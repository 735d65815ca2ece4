import * as decoding from 'lib0/decoding'
import { MESSAGE, SYNC_STEP } from '#shared/protocol/sync.ts'
import type { Channel, MuxConnection } from './mux-connection.ts'
import { createOutbox, type Outbox, type SentOffer } from './outbox.ts'

/** What the document's session learns from the wire, beside what y-websocket makes of it. */
export interface ChannelHooks {
  /** the newest local edit at this moment */
  readonly newestEdit: () => number
  readonly onOpened: (opened: { readonly epoch: number; readonly isReadOnly: boolean }) => void
  readonly onAnswered: () => void
  readonly onSent: (edits: number, offer: SentOffer) => void
  readonly onClosed: (code: number) => void
}

type Listener<E> = ((event: E) => void) | null

/** Is this the server's answer to our SyncStep1? */
function isAnswer(message: Uint8Array<ArrayBuffer>): boolean {
  const decoder = decoding.createDecoder(message)
  return decoding.readVarUint(decoder) === MESSAGE.sync && decoding.readVarUint(decoder) === SYNC_STEP.step2
}

/**
 * A class that y-websocket takes for a WebSocket (its `WebSocketPolyfill`): each instance is one channel of the
 * multiplexed connection, so that sync steps, awareness and reconnecting stay the library's.
 */
export function channelSocketClass(
  mux: MuxConnection,
  documentId: string,
  epoch: number,
  hooks: ChannelHooks,
): typeof WebSocket {
  class ChannelSocket {
    readonly OPEN = 1
    readyState = 0
    binaryType = 'arraybuffer'
    onopen: Listener<Event> = null
    onmessage: Listener<{ readonly data: ArrayBuffer }> = null
    onclose: Listener<{ readonly code: number; readonly reason: string }> = null
    onerror: Listener<Event> = null
    private readonly outbox: Outbox
    private readonly channel: Channel

    constructor() {
      this.outbox = createOutbox((message) => this.channel.send(message), hooks.onSent)
      this.channel = mux.open(documentId, epoch, {
        onOpened: (opened) => {
          this.readyState = 1
          hooks.onOpened(opened)
          this.onopen?.(new Event('open'))
        },
        onMessage: (message) => {
          this.onmessage?.({ data: message.slice().buffer })
          if (this.readyState === 1 && isAnswer(message)) hooks.onAnswered()
        },
        onCredit: (bytes) => this.outbox.credit(bytes),
        onClosed: (code, reason) => this.end(code, reason),
      })
    }

    send(message: Uint8Array<ArrayBuffer>): void {
      if (this.readyState === 1) this.outbox.push(message, hooks.newestEdit())
    }

    /** Only y-websocket calls this, after it has taken its listeners off. */
    close(): void {
      if (this.readyState === 3) return
      this.channel.close(1000, '')
      this.end(1000, '')
    }

    private end(code: number, reason: string): void {
      if (this.readyState === 3) return
      this.readyState = 3
      hooks.onClosed(code)
      this.onclose?.({ code, reason })
    }
  }
  // y-websocket uses exactly the members above; the DOM type asks for thirty more.
  return ChannelSocket as unknown as typeof WebSocket
}
