import { once } from 'node:events'
import { io, type Socket } from 'socket.io-client'
import WebSocket from 'ws'
import type { Session } from '../support/api.ts'
import { within } from '../support/until.ts'
import { alike, type HostileCase } from './hostile-case.ts'

type Answer = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string }

/** A browser's socket, by the library. */
async function connectEvents(session: Session): Promise<Socket> {
  const { product } = session
  const socket = io(`http://127.0.0.1:${product.port}`, {
    path: '/socket.io',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { host: `localhost:${product.port}`, origin: product.url, cookie: session.cookie() },
  })
  const refused = new Promise<never>((_resolve, reject) => socket.once('connect_error', reject))
  const connected = new Promise<void>((resolve) => socket.once('connect', resolve))
  await within(3000, 'the events socket connects', Promise.race([connected, refused]))
  return socket
}

async function ask(session: Session, event: string, ...args: unknown[]): Promise<string> {
  const socket = await connectEvents(session)
  const answer = (await within(3000, event, socket.emitWithAck(event, ...args))) as Answer
  socket.close()
  if (answer.ok) return 'ok'
  return /^[A-Z].+\.$/.test(answer.message) ? answer.code : `${answer.code} without a sentence`
}

/** How the connection goes on after these packets of engine.io, sent as they stand. */
async function sendPackets(session: Session, packets: readonly (string | Uint8Array)[]): Promise<string> {
  const { product } = session
  const socket = new WebSocket(`ws://127.0.0.1:${product.port}/socket.io/?EIO=4&transport=websocket`, {
    headers: { host: `localhost:${product.port}`, origin: product.url, cookie: session.cookie() },
    perMessageDeflate: false,
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close').then(() => 'closed')
  await once(socket, 'open')
  socket.send('40')
  for (const packet of packets) socket.send(packet)
  // An event that is answered shows that the connection lives on.
  socket.send('4277["import.watch",{"importId":"x"}]')
  const alive = new Promise<string>((resolve) => {
    socket.on('message', (data: Buffer) => (data.toString().startsWith('4377[') ? resolve('alive') : undefined))
  })
  const way = await within(5000, 'an answer', Promise.race([closed, alive]))
  socket.terminate()
  return way
}

const closedOrAlive = (way: string): string => (way === 'closed' || way === 'alive' ? 'closed or alive' : way)

export const SOCKET_IO_CASES: readonly HostileCase[] = [
  {
    name: '10^6 declared attachments',
    expected: 'closed or alive',
    run: async ({ editor }) =>
      closedOrAlive(await sendPackets(editor, ['451000000-["workspace.join",{"_placeholder":true,"num":0}]'])),
  },
  {
    name: 'attachments that are declared and never come, or come undeclared',
    expected: 'closed or alive',
    async run({ editor }) {
      const ways = [
        await sendPackets(editor, ['451-["workspace.join",{"_placeholder":true,"num":0}]', '42["presence.look",{}]']),
        await sendPackets(editor, [Uint8Array.from([1, 2, 3])]),
        await sendPackets(editor, ['451-["workspace.join",{"_placeholder":true,"num":7}]', Uint8Array.from([1])]),
      ]
      return alike(ways.map(closedOrAlive))
    },
  },
  {
    name: 'packets that are no packets',
    expected: 'closed or alive',
    async run({ editor }) {
      const packets = [
        '4',
        '42',
        '42{',
        '42[',
        '42[]',
        '42[1]',
        '42["__proto__"]',
        '49',
        '9',
        '42/agent,["x"]',
        '40/agent,',
        '42["a"',
        '2'.repeat(100),
      ]
      const ways: string[] = []
      for (const packet of packets) ways.push(closedOrAlive(await sendPackets(editor, [packet])))
      return alike(ways)
    },
  },
  {
    name: 'reserved and unknown events',
    expected: 'bad_request',
    async run({ editor }) {
      const names = [
        'nothing',
        '__proto__',
        'constructor',
        'toString',
        'agent.changed',
        'workspace.gone',
        'newListener2',
      ]
      return alike(await Promise.all(names.map((name) => ask(editor, name, {}))))
    },
  },
  {
    name: 'events with no input, a function, deep, wrong',
    expected: 'bad_request',
    async run({ editor }) {
      const inputs: unknown[] = [
        undefined,
        null,
        1,
        'x',
        [],
        {},
        { workspaceId: 1 },
        { workspaceId: '../x' },
        { workspaceId: { $ne: '' } },
      ]
      return alike(await Promise.all(inputs.map((input) => ask(editor, 'workspace.join', input))))
    },
  },
  {
    name: "another workspace's room",
    expected: 'not_found, as a missing one',
    async run({ editor, foreignWorkspaceId, workspaceId, documentId }) {
      const foreign = await ask(editor, 'workspace.join', { workspaceId: foreignWorkspaceId })
      const missing = await ask(editor, 'workspace.join', { workspaceId: documentId })
      const own = await ask(editor, 'workspace.join', { workspaceId })
      return foreign === missing && own === 'ok'
        ? `${foreign}, as a missing one`
        : `${foreign}, missing ${missing}, own ${own}`
    },
  },
  {
    name: 'a payload of 2 MB',
    expected: 'closed',
    run: ({ editor }) => sendPackets(editor, [`42["workspace.join",${JSON.stringify('x'.repeat(2 << 20))}]`]),
  },
  {
    name: 'a flood of 5,000 events',
    expected: 'throttled',
    async run({ editor, workspaceId }) {
      const socket = await connectEvents(editor)
      const codes = new Set<string>()
      const ended = new Promise<string>((resolve) => socket.once('disconnect', () => resolve('throttled')))
      const all = Promise.all(
        Array.from({ length: 5000 }, async () => {
          const answer = (await socket.emitWithAck('workspace.join', { workspaceId })) as Answer
          codes.add(answer.ok ? 'ok' : answer.code)
        }),
      )
      const answered = all.then(() => (codes.has('rate_limited') ? 'throttled' : alike([...codes])))
      const got = await within(20_000, 'an end of the flood', Promise.race([ended, answered]))
      socket.close()
      return got
    },
  },
  {
    name: "the agents' namespace without a token, with a person's cookie, with a made-up token",
    expected: 'refused',
    async run({ editor }) {
      const { product } = editor
      const tries = [{}, { token: '' }, { token: 'A'.repeat(43) }, { token: { $ne: '' } }]
      const ends = await Promise.all(
        tries.map(async (auth) => {
          const socket = io(`http://127.0.0.1:${product.port}/agent`, {
            path: '/socket.io',
            transports: ['websocket'],
            reconnection: false,
            forceNew: true,
            auth,
            extraHeaders: { host: `localhost:${product.port}`, origin: product.url, cookie: editor.cookie() },
          })
          const refused = new Promise<string>((resolve) => {
            socket.once('connect_error', () => resolve('refused'))
            socket.once('disconnect', () => resolve('refused'))
          })
          const connected = new Promise<string>((resolve) => socket.once('connect', () => resolve('let in')))
          const end = await within(8000, 'an answer', Promise.race([refused, connected]))
          socket.close()
          return end
        }),
      )
      return alike(ends)
    },
  },
  {
    name: 'polling in place of a WebSocket',
    expected: 'refused',
    async run({ editor }) {
      const { status } = await editor.send('/socket.io/?EIO=4&transport=polling')
      return status >= 400 && status < 500 ? 'refused' : String(status)
    },
  },
]
