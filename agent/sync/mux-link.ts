import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import type { DocumentId } from '#shared/ids.ts'
import { CHANNEL_WINDOW_BYTES, MUX } from '#shared/protocol/sync.ts'

/** What one document's virtual socket on the multiplexed door tells (P2). */
export interface ChannelListener {
  onOpened(send: (message: Uint8Array) => void, epoch: number): void
  onMessage(message: Uint8Array): void
  /** the channel, or the socket under it, is gone; `code` null: it comes back by itself */
  onClosed(code: number | null, reason: string): void
}

export interface MuxLink {
  open(documentId: DocumentId, epoch: number, listener: ChannelListener): { close(): void }
  close(): void
}

interface Channel {
  readonly documentId: DocumentId
  readonly epoch: number
  readonly listener: ChannelListener
  number: number
  window: number
  owed: number
  waiting: Uint8Array[]
}

const RETRY_MIN_MS = 100
const RETRY_MAX_MS = 3_000
/** a channel that was told to come back later, on a socket that stands */
const REOPEN_MS = 500
/** Credit is handed back in steps, not for each frame. */
const CREDIT_STEP_BYTES = CHANNEL_WINDOW_BYTES / 4

const frame = (channel: number, kind: number, body: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, channel)
  encoding.writeVarUint(encoder, kind)
  body(encoder)
  return encoding.toUint8Array(encoder)
}

/** The agent's socket to `/sync`, made again whenever it breaks; all channels are then opened anew. */
export function createMuxLink(options: { url: string; token: string; random?: () => number }): MuxLink {
  const random = options.random ?? Math.random
  const channels = new Set<Channel>()
  let byNumber = new Map<number, Channel>()
  let socket: WebSocket | null = null
  let isOpen = false
  let isClosed = false
  let nextNumber = 1
  let retryMs = RETRY_MIN_MS
  let timer: NodeJS.Timeout | null = null

  const send = (bytes: Uint8Array): void => {
    if (isOpen) socket?.send(bytes)
  }

  const begin = (channel: Channel): void => {
    channel.number = nextNumber++
    channel.window = CHANNEL_WINDOW_BYTES
    channel.owed = 0
    channel.waiting = []
    byNumber.set(channel.number, channel)
    send(
      frame(channel.number, MUX.open, (e) => {
        encoding.writeVarString(e, channel.documentId)
        encoding.writeVarUint(e, channel.epoch)
      }),
    )
  }

  const pump = (channel: Channel): void => {
    while (channel.waiting.length > 0 && channel.window > 0) {
      const message = channel.waiting.shift()!
      channel.window -= message.length
      send(frame(channel.number, MUX.message, (e) => encoding.writeUint8Array(e, message)))
    }
  }

  const giveCredit = (channel: Channel, bytes: number): void => {
    channel.owed += bytes
    if (channel.owed < CREDIT_STEP_BYTES) return
    const owed = channel.owed
    channel.owed = 0
    send(frame(channel.number, MUX.credit, (e) => encoding.writeVarUint(e, owed)))
  }

  const receive = (bytes: Uint8Array): void => {
    const decoder = decoding.createDecoder(bytes)
    const channel = byNumber.get(decoding.readVarUint(decoder))
    const kind = decoding.readVarUint(decoder)
    if (channel === undefined) return
    switch (kind) {
      case MUX.opened: {
        const epoch = decoding.readVarUint(decoder)
        const number = channel.number
        channel.listener.onOpened((message) => {
          if (channel.number !== number) return
          channel.waiting.push(message)
          pump(channel)
        }, epoch)
        break
      }
      case MUX.message: {
        const message = decoding.readTailAsUint8Array(decoder)
        channel.listener.onMessage(message)
        giveCredit(channel, message.length)
        break
      }
      case MUX.credit:
        channel.window += decoding.readVarUint(decoder)
        pump(channel)
        break
      case MUX.close: {
        const code = decoding.readVarUint(decoder)
        byNumber.delete(channel.number)
        const isFinal = code >= 4400 && code < 4500
        channel.listener.onClosed(isFinal ? code : null, decoding.readVarString(decoder))
        if (isFinal) channels.delete(channel)
        else
          setTimeout(
            () => channels.has(channel) && isOpen && !byNumber.has(channel.number) && begin(channel),
            REOPEN_MS,
          )
        break
      }
    }
  }

  const connect = (): void => {
    timer = null
    const own = new WebSocket(options.url, {
      headers: { authorization: `Bearer ${options.token}` },
      perMessageDeflate: false,
    })
    own.binaryType = 'arraybuffer'
    socket = own
    own.on('open', () => {
      isOpen = true
      retryMs = RETRY_MIN_MS
      for (const channel of channels) begin(channel)
    })
    own.on('message', (data) => {
      if (data instanceof ArrayBuffer) receive(new Uint8Array(data))
    })
    own.on('error', () => {
      // 'close' follows, and the retry with it.
    })
    own.on('close', () => {
      isOpen = false
      byNumber = new Map()
      nextNumber = 1
      if (isClosed) return
      for (const channel of channels) channel.listener.onClosed(null, 'disconnected')
      timer = setTimeout(connect, retryMs * (0.5 + random()))
      retryMs = Math.min(RETRY_MAX_MS, retryMs * 2)
    })
  }

  connect()
  return {
    open(documentId, epoch, listener) {
      const channel: Channel = { documentId, epoch, listener, number: 0, window: 0, owed: 0, waiting: [] }
      channels.add(channel)
      if (isOpen) begin(channel)
      return {
        close: () => {
          channels.delete(channel)
          if (!byNumber.delete(channel.number)) return
          send(
            frame(channel.number, MUX.close, (e) => {
              encoding.writeVarUint(e, 1000)
              encoding.writeVarString(e, '')
            }),
          )
        },
      }
    },
    close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      socket?.close()
    },
  }
}
