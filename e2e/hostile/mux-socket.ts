import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import { MUX } from '#shared/protocol/sync.ts'
import type { Session } from '../support/api.ts'

/** The multiplexed door, without a client's manners. */
export interface MuxSocket {
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number }>
  sendOpen(channel: number, documentId: string): void
  /** `opened`, or the code the channel was closed with */
  open(channel: number, documentId: string): Promise<string>
  /** when so many channels were opened or closed */
  whenAnswered(count: number): Promise<string[]>
}

export async function openMux(session: Session): Promise<MuxSocket> {
  const { product } = session
  const socket = new WebSocket(`ws://127.0.0.1:${product.port}/sync`, {
    headers: { host: `localhost:${product.port}`, origin: product.url, cookie: session.cookie() },
    perMessageDeflate: false,
  })
  socket.binaryType = 'nodebuffer'
  const answers = new Map<number, string>()
  const listeners = new Set<() => void>()
  socket.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(data)
    const channel = decoding.readVarUint(decoder)
    const kind = decoding.readVarUint(decoder)
    if (kind === MUX.opened) answers.set(channel, 'opened')
    if (kind === MUX.close) answers.set(channel, String(decoding.readVarUint(decoder)))
    for (const listener of [...listeners]) listener()
  })
  const closed = new Promise<{ code: number }>((resolve) => socket.on('close', (code) => resolve({ code })))
  await once(socket, 'open')
  socket.on('error', () => undefined)
  const sendOpen = (channel: number, documentId: string) =>
    socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, channel)
        encoding.writeVarUint(encoder, MUX.open)
        encoding.writeVarString(encoder, documentId)
        encoding.writeVarUint(encoder, 0)
      }),
    )
  const whenever = <T>(read: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const value = read()
        if (value === undefined) return
        listeners.delete(look)
        resolve(value)
      }
      listeners.add(look)
      look()
    })
  return {
    socket,
    closed,
    sendOpen,
    open(channel, documentId) {
      sendOpen(channel, documentId)
      return whenever(() => answers.get(channel))
    },
    whenAnswered: (count) => whenever(() => (answers.size >= count ? [...answers.values()] : undefined)),
  }
}
