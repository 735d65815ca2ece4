import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Product } from '../support/product.ts'
import { within } from '../support/until.ts'

const END_TIMEOUT_MS = 20_000

export interface RawAnswer {
  /** the status of the first answer; 0 where the connection just ended */
  readonly status: number
  readonly text: string
}

/** Sends bytes over a bare TCP connection and answers what came back until the server closed it. */
export async function sendRaw(product: Product, bytes: string | Uint8Array): Promise<RawAnswer> {
  const { socket, answer } = await openRaw(product)
  socket.write(bytes)
  return within(END_TIMEOUT_MS, 'the server closes the connection', answer)
}

/** The status of the first answer to a handshake; the connection is then dropped. */
export async function knockRaw(product: Product, bytes: string): Promise<RawAnswer> {
  const { socket, answer } = await openRaw(product)
  const first = new Promise<RawAnswer>((resolve) => {
    socket.once('data', (data) => {
      const text = data.toString('latin1')
      resolve({ status: Number(text.slice(9, 12)), text })
    })
  })
  socket.write(bytes)
  const said = await within(END_TIMEOUT_MS, 'an answer to the handshake', Promise.race([first, answer]))
  socket.destroy()
  return said
}

/** A bare TCP connection; `answer` is there when the server has closed it. */
export async function openRaw(product: Product): Promise<{ socket: Socket; answer: Promise<RawAnswer> }> {
  const socket = connect(product.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // A reset is one way to be turned away.
  socket.on('error', () => socket.destroy())
  const answer = new Promise<RawAnswer>((resolve) => {
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
    })
  })
  await once(socket, 'connect')
  return { socket, answer }
}

/** A WebSocket handshake as text. */
export function handshake(product: Product, target: string, headers: Readonly<Record<string, string>>): string {
  const all = {
    host: `localhost:${product.port}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  return `GET ${target} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}
