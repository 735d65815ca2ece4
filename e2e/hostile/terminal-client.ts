import { io, type Socket } from 'socket.io-client'
import type { TerminalOutput, TerminalScreen } from '#shared/protocol/terminal.ts'
import type { Session } from '../support/api.ts'
import { within } from '../support/until.ts'

export type Answer<T = unknown> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string }

/** What shells say around each command: how pasted text is marked, and colours. */
// oxlint-disable-next-line no-control-regex
const KEYBOARD_MODES = /\x1b\[(?:\?2004[hl]|[\d;]*m)/g

export const SIZE = { cols: 200, rows: 50 }

export interface TerminalClient {
  readonly socket: Socket
  send<T = unknown>(name: string, input: object): Promise<Answer<T>>
  /** Throws where it is refused. */
  must<T = unknown>(name: string, input: object): Promise<T>
  /** what has been printed since it was attached, as text */
  text(): string
  /** bytes of it */
  received(): number
  attach(terminalId: string): Promise<void>
  /** Types a line and waits for what it prints once it ran. */
  run(terminalId: string, command: string): Promise<string>
  until(wanted: RegExp, from?: number): Promise<void>
  close(): void
}

/** A browser at the terminals of a workspace; one that never acknowledges what it gets where `isSilent`. */
export async function connectTerminals(
  session: Session,
  workspaceId: string,
  options: { isSilent?: boolean } = {},
): Promise<TerminalClient> {
  const { product } = session
  const socket = io(`http://127.0.0.1:${product.port}`, {
    path: '/socket.io',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { host: `localhost:${product.port}`, origin: product.url, cookie: session.cookie() },
  })
  let text = ''
  let bytes = 0
  let runs = 0
  let check = (): void => {}
  socket.on('terminal.output', ({ offset, bytes: part, terminalId }: TerminalOutput) => {
    bytes += part.byteLength
    if (options.isSilent !== true) {
      text += Buffer.from(part).toString('utf8')
      socket.emit('terminal.acknowledge', { workspaceId, terminalId, offset: offset + part.byteLength }, () => {})
    }
    check()
  })
  const client: TerminalClient = {
    socket,
    send: async <T>(name: string, input: object) =>
      (await within(15_000, name, socket.emitWithAck(name, { workspaceId, ...input }))) as Answer<T>,
    async must<T>(name: string, input: object) {
      const answer = await client.send<T>(name, input)
      if (!answer.ok) throw new Error(`${name} was answered with ${answer.code}`)
      return answer.value
    },
    text: () => text,
    received: () => bytes,
    async attach(terminalId) {
      const { screen } = await client.must<TerminalScreen>('terminal.attach', { terminalId, size: SIZE })
      text += screen
    },
    async run(terminalId, command) {
      const mark = `end-${++runs}-`
      const from = text.length
      // The shell joins the mark, so that its echo is none.
      await client.must('terminal.input', { terminalId, data: `${command}; echo ${mark.slice(0, -1)}""-\r` })
      await client.until(new RegExp(`${mark}\\r?\\n`), from)
      return text.slice(from).replaceAll(KEYBOARD_MODES, '')
    },
    until: (wanted, from = 0) =>
      within(
        20_000,
        `the terminal prints ${wanted}`,
        new Promise((resolve) => {
          check = () => {
            if (!wanted.test(text.slice(from))) return
            check = () => {}
            resolve()
          }
          check()
        }),
      ),
    close: () => void socket.disconnect(),
  }
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  await within(3_000, 'the events socket connects', connected)
  await client.must('workspace.join', {})
  return client
}

/** A new terminal with this client at it. */
export async function openTerminal(client: TerminalClient): Promise<string> {
  const { terminalId } = await client.must<{ terminalId: string }>('terminal.open', { size: SIZE })
  await client.attach(terminalId)
  return terminalId
}
