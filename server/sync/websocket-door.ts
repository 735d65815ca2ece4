import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Actor } from '#shared/access/actor.ts'
import { type DocumentId, ID_PATTERN } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { SYNC_LIMITS } from '#shared/protocol/sync.ts'
import { createFramer, type Framer } from './connection/binary-frame.ts'
import type { SocketLike } from './ports.ts'
import type { Sync } from './sync.ts'

/** A frame and the channel number and kind before it. */
const MAX_PAYLOAD = SYNC_LIMITS.frameBytes + 64
/** A client that cuts its frames finer than this spends our time, not its bytes. */
const MAX_FRAGMENTS = 4096
/** How long a peer may take to answer our close before its socket is destroyed. */
const CLOSE_GRACE_MS = 2000
/** What a peer still sends after our close is read to nowhere up to here, so that it comes to read why. */
const REST_BYTES = 4 << 20

/** For a socket that was told to close: whoever goes on sending costs us a buffer for each piece, and is not waited for. */
function endSoon(socket: WebSocket, wire: Duplex): void {
  let rest = 0
  wire.on('data', (chunk: Buffer) => {
    rest += chunk.length
    if (rest > REST_BYTES) socket.terminate()
  })
  setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref()
}

/**
 * A `ws` socket as sync sees it. Frames are written to the `wire` below it: `ws` would frame each message for each
 * socket anew and write head and body apart. It never holds frames back itself, since nothing is deflated here:
 * what has not left is in the wire's buffer.
 */
class AdaptedSocket implements SocketLike {
  private readonly socket: WebSocket
  private readonly wire: Duplex
  private readonly frame: Framer
  private isClosing = false

  constructor(socket: WebSocket, wire: Duplex, frame: Framer) {
    this.socket = socket
    this.wire = wire
    this.frame = frame
  }

  get bufferedAmount(): number {
    return this.wire.writableLength
  }

  send(bytes: Uint8Array): void {
    const { socket, wire } = this
    if (socket.readyState !== socket.OPEN) return
    const [first, second] = this.frame(bytes)
    if (second === undefined) return void wire.write(first)
    wire.cork()
    wire.write(first)
    wire.write(second)
    wire.uncork()
  }

  close(code: number, reason: string): void {
    if (this.isClosing) return
    this.isClosing = true
    this.socket.resume()
    this.socket.close(code, reason)
    endSoon(this.socket, this.wire)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void {
    this.socket.on('message', (data, isBinary) => {
      if (!this.isClosing) listener(data as Buffer, isBinary)
    })
  }

  onClose(listener: () => void): void {
    this.socket.on('close', () => listener())
  }
}

/** Takes over an upgraded HTTP socket whose actor is known (A1). `path` is the URL's path and query. */
export type SyncUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, actor: Actor, path: string) => void

export function createSyncUpgrade(sync: Sync): SyncUpgrade {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
    maxFragments: MAX_FRAGMENTS,
    clientTracking: false,
  })
  const frame = createFramer()
  return (request, socket, head, actor, path) => {
    server.handleUpgrade(request, socket, head, (webSocket) => {
      // Refused frames (too big, malformed) are closed by ws with the right code.
      webSocket.on('error', () => endSoon(webSocket, socket))
      const adapted = new AdaptedSocket(webSocket, socket, frame)
      const url = new URL(path, 'http://sync.invalid')
      const [, name] = /^\/sync\/([^/]*)$/.exec(url.pathname) ?? []
      if (name === undefined) sync.connectMux(adapted, actor)
      else if (!ID_PATTERN.test(name)) adapted.close(CLOSE.noSuchDocument, 'no such document')
      else {
        const epoch = Number(url.searchParams.get('epoch') ?? 0)
        sync.connectDocument(adapted, actor, name as DocumentId, {
          ack: url.searchParams.get('ack') === '1',
          epoch: Number.isSafeInteger(epoch) ? epoch : 0,
        })
      }
    })
  }
}
