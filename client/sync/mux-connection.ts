import { closeFrame, creditFrame, messageFrame, openFrame, readServerFrame } from './mux-frames.ts'

/** What a channel hears. */
export interface ChannelEvents {
  readonly onOpened: (opened: { readonly epoch: number; readonly isReadOnly: boolean }) => void
  readonly onMessage: (message: Uint8Array<ArrayBuffer>) => void
  readonly onCredit: (bytes: number) => void
  readonly onClosed: (code: number, reason: string) => void
}

export interface Channel {
  readonly send: (message: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
}

export type LinkStatus = 'idle' | 'connecting' | 'online' | 'waiting' | 'signed-out'

export interface MuxOptions {
  readonly url: string
  readonly WebSocket: typeof WebSocket
  /** 0 to 1; spreads reconnects */
  readonly random: () => number
  /** asked after a handshake failed, since a browser never says that it was a 401 */
  readonly isSignedIn: () => Promise<boolean>
  readonly onStatus: (status: LinkStatus, latencyMs: number | null) => void
}

export interface MuxConnection {
  readonly open: (documentId: string, epoch: number, events: ChannelEvents) => Channel
  /** connects for a document that will be opened in a moment */
  readonly prepare: () => void
  /** now, not after the wait: signed in again, or the network is back */
  readonly retry: () => void
  /** the browser says that the network went away */
  readonly drop: () => void
  readonly close: () => void
}

const SESSION_EXPIRED = 4401
const ABNORMAL = 1006
/** P3 promises a message within 25 s of silence. */
const SILENCE_MS = 40_000
const MAX_BACKOFF_MS = 8_000
const CREDIT_BATCH_BYTES = 64 * 1024
const CREDIT_DELAY_MS = 50

interface OpenChannel {
  readonly number: number
  readonly documentId: string
  readonly epoch: number
  readonly events: ChannelEvents
  askedAt: number
  owedBytes: number
}

/** One WebSocket that carries every open document (P2). Channels asked for while it is down wait for it. */
export function createMuxConnection(options: MuxOptions): MuxConnection {
  const channels = new Map<number, OpenChannel>()
  let socket: WebSocket | null = null
  let isUp = false
  let isSignedOut = false
  let isClosed = false
  let failures = 0
  let nextNumber = 1
  let latencyMs: number | null = null
  let retryTimer: ReturnType<typeof setTimeout> | null = null
  let silenceTimer: ReturnType<typeof setTimeout> | null = null
  let creditTimer: ReturnType<typeof setTimeout> | null = null

  const tell = (status: LinkStatus): void => options.onStatus(status, latencyMs)
  const write = (frame: Uint8Array<ArrayBuffer>): void => {
    if (isUp) socket?.send(frame)
  }
  const ask = (channel: OpenChannel): void => {
    channel.askedAt = Date.now()
    write(openFrame(channel.number, channel.documentId, channel.epoch))
  }

  const payCredit = (): void => {
    if (creditTimer !== null) clearTimeout(creditTimer)
    creditTimer = null
    for (const channel of channels.values()) {
      if (channel.owedBytes > 0) write(creditFrame(channel.number, channel.owedBytes))
      channel.owedBytes = 0
    }
  }
  const owe = (channel: OpenChannel, bytes: number): void => {
    channel.owedBytes += bytes
    if (channel.owedBytes >= CREDIT_BATCH_BYTES) payCredit()
    else creditTimer ??= setTimeout(payCredit, CREDIT_DELAY_MS)
  }

  const hear = (data: ArrayBuffer): void => {
    const frame = readServerFrame(new Uint8Array(data))
    const channel = channels.get(frame.channel)
    // A channel that was closed here may still be spoken to for one round trip.
    if (channel === undefined) return
    switch (frame.type) {
      case 'opened':
        latencyMs = Date.now() - channel.askedAt
        tell('online')
        return channel.events.onOpened(frame)
      case 'message':
        owe(channel, frame.message.byteLength)
        return channel.events.onMessage(frame.message)
      case 'credit':
        return channel.events.onCredit(frame.bytes)
      case 'close':
        channels.delete(frame.channel)
        return channel.events.onClosed(frame.code, frame.reason)
      case 'unknown':
        return
      default:
        return frame satisfies never
    }
  }

  const watchSilence = (): void => {
    if (silenceTimer !== null) clearTimeout(silenceTimer)
    silenceTimer = channels.size === 0 ? null : setTimeout(() => fail(ABNORMAL, 'silence'), SILENCE_MS)
  }

  const fail = (code: number, reason: string): void => {
    const broken = socket
    if (broken === null) return
    socket = null
    broken.onopen = broken.onmessage = broken.onclose = broken.onerror = null
    broken.close()
    const wasUp = isUp
    isUp = false
    if (silenceTimer !== null) clearTimeout(silenceTimer)
    if (creditTimer !== null) clearTimeout(creditTimer)
    creditTimer = null
    isSignedOut = code === SESSION_EXPIRED
    // Channels that never opened go on waiting here; those that were open are told, and ask again.
    if (wasUp || isSignedOut) {
      const told = [...channels.values()]
      channels.clear()
      for (const channel of told) channel.events.onClosed(code, reason)
    }
    if (isClosed) return
    if (isSignedOut) return tell('signed-out')
    failures += 1
    tell('waiting')
    const longest = Math.min(MAX_BACKOFF_MS, 2 ** failures * 125)
    retryTimer = setTimeout(connect, longest * (0.5 + options.random() / 2))
    if (!wasUp) void options.isSignedIn().then((isSignedIn) => (isSignedIn || socket !== null ? undefined : signOut()))
  }
  const signOut = (): void => {
    if (retryTimer !== null) clearTimeout(retryTimer)
    retryTimer = null
    isSignedOut = true
    const told = [...channels.values()]
    channels.clear()
    for (const channel of told) channel.events.onClosed(SESSION_EXPIRED, '')
    tell('signed-out')
  }

  const connect = (): void => {
    if (retryTimer !== null) clearTimeout(retryTimer)
    retryTimer = null
    if (socket === null && !isClosed && !isSignedOut && channels.size > 0) dial()
  }
  const dial = (): void => {
    tell('connecting')
    const opening = new options.WebSocket(options.url)
    socket = opening
    opening.binaryType = 'arraybuffer'
    opening.onopen = () => {
      isUp = true
      failures = 0
      watchSilence()
      tell('online')
      for (const channel of channels.values()) ask(channel)
    }
    opening.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      watchSilence()
      hear(event.data)
    }
    opening.onclose = (event) => fail(event.code, event.reason)
  }

  return {
    open: (documentId, epoch, events) => {
      const channel: OpenChannel = { number: nextNumber++, documentId, epoch, events, askedAt: 0, owedBytes: 0 }
      channels.set(channel.number, channel)
      if (isUp) {
        ask(channel)
        watchSilence()
      } else if (retryTimer === null) connect()
      return {
        send: (message) => {
          if (channels.get(channel.number) === channel) write(messageFrame(channel.number, message))
        },
        close: (code, reason) => {
          if (channels.delete(channel.number)) write(closeFrame(channel.number, code, reason))
        },
      }
    },
    prepare: () => {
      if (socket === null && retryTimer === null && !isClosed && !isSignedOut) dial()
    },
    retry: () => {
      isSignedOut = false
      failures = 0
      connect()
    },
    drop: () => fail(ABNORMAL, 'offline'),
    close: () => {
      isClosed = true
      if (retryTimer !== null) clearTimeout(retryTimer)
      fail(1000, '')
      channels.clear()
    },
  }
}
