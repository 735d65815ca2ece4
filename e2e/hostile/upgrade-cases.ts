import { signUp } from '../support/api.ts'
import { connectSync, UpgradeRefused } from '../support/sync-client.ts'
import { withDatabase } from '../support/database.ts'
import { alike, type HostileCase, statusIn } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { handshake, knockRaw, openRaw, sendRaw } from './raw-socket.ts'

const doors = ({ documentId }: Premises) => [`/sync/${documentId}`, '/sync', '/socket.io/?EIO=4&transport=websocket']

/** The status each door answers a handshake with these headers. */
async function knock(premises: Premises, headers: Readonly<Record<string, string>>): Promise<string> {
  const { product, owner } = premises
  const all = { origin: product.url, cookie: owner.cookie(), ...headers }
  const answers = await Promise.all(doors(premises).map((door) => sendRaw(product, handshake(product, door, all))))
  return alike(answers.map(({ status }) => status))
}

export const UPGRADE_CASES: readonly HostileCase[] = [
  ...[
    ['evil', 'http://evil.example'],
    ['null', 'null'],
    ['a sibling', 'http://workspace.localhost'],
    ['another port', 'http://localhost:1'],
    ['another scheme', 'https://localhost'],
  ].map(([word, origin]): HostileCase => ({
    name: `Origin ${word}`,
    expected: '403',
    run: (premises) => knock(premises, { origin: origin ?? '' }),
  })),
  {
    name: 'no Origin, with a cookie',
    expected: '403',
    async run(premises) {
      const { product, owner } = premises
      const answers = await Promise.all(
        doors(premises).map((door) => sendRaw(product, handshake(product, door, { cookie: owner.cookie() }))),
      )
      return alike(answers.map(({ status }) => status))
    },
  },
  {
    name: 'no Origin, with a cookie and an Authorization that is none',
    expected: '403',
    async run(premises) {
      const { product, owner } = premises
      const junk = ['Bearer x', 'Basic eDp5', '', `Bearer ${'A'.repeat(43)}`]
      const answers = await Promise.all(
        junk.flatMap((authorization) =>
          doors(premises).map((door) =>
            sendRaw(product, handshake(product, door, { cookie: owner.cookie(), authorization })),
          ),
        ),
      )
      return alike(answers.map(({ status }) => status))
    },
  },
  {
    name: 'no session, a made-up one',
    expected: '401, 401',
    run: async (premises) =>
      `${await knock(premises, { cookie: '' })}, ${await knock(premises, { cookie: `pairloom=${'A'.repeat(43)}` })}`,
  },
  {
    name: 'an expired session',
    expected: '401',
    async run(premises) {
      const session = await signUp(premises.product, premises.unique('Expired'), {
        localAddress: premises.freshAddress(),
      })
      const { me } = await session.api.auth.state.query()
      await withDatabase(premises.product, (client) =>
        client.query(
          "update session set expires_at = now() - interval '1 day', last_used_at = now() - interval '2 days' where user_id = $1",
          [me?.id],
        ),
      )
      return knock(premises, { cookie: session.cookie() })
    },
  },
  {
    name: 'odd extensions, versions, keys',
    expected: '4xx or without extensions',
    async run(premises) {
      const { product, owner } = premises
      const odd: Record<string, string>[] = [
        { 'sec-websocket-extensions': 'permessage-deflate; server_max_window_bits=999; ;;=' },
        { 'sec-websocket-version': '99' },
        { 'sec-websocket-key': 'short' },
        { upgrade: 'h2c' },
      ]
      const answers = await Promise.all(
        odd.map((headers) =>
          knockRaw(
            product,
            handshake(product, `/sync/${premises.documentId}`, {
              origin: product.url,
              cookie: owner.cookie(),
              ...headers,
            }),
          ),
        ),
      )
      const words = answers.map(({ status, text }) =>
        status === 101 && !/^sec-websocket-extensions/im.test(text)
          ? '4xx'
          : statusIn(status, [400, 404, 405, 426, 431], '4xx'),
      )
      return alike(words) === '4xx' ? '4xx or without extensions' : alike(words)
    },
  },
  {
    name: '2,000 headers',
    expected: '4xx',
    async run(premises) {
      const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`x-${i}`, 'y']))
      const { status } = await sendRaw(
        premises.product,
        handshake(premises.product, `/sync/${premises.documentId}`, many),
      )
      return statusIn(status, [400, 401, 403, 413, 431], '4xx')
    },
  },
  {
    name: 'a header of 40 KB',
    expected: '431',
    async run(premises) {
      const { status } = await sendRaw(
        premises.product,
        handshake(premises.product, '/sync', { 'x-long': 'y'.repeat(40 << 10) }),
      )
      return String(status)
    },
  },
  {
    name: 'unknown paths',
    expected: '404, connection closed',
    async run({ product, owner }) {
      const paths = ['/nothing', '/trpc/auth.state', '/', '/sync2', '/healthz', '/%ff', '/sync/a/b']
      const answers = await Promise.all(
        paths.map((path) =>
          sendRaw(product, handshake(product, path, { origin: product.url, cookie: owner.cookie() })),
        ),
      )
      const word = alike(answers.map(({ status }) => statusIn(status, [400, 404], '404')))
      return `${word}, connection closed`
    },
  },
  {
    name: 'a handshake that is never finished',
    expected: 'closed',
    async run(premises) {
      const { socket, answer } = await openRaw(premises.product)
      socket.write(handshake(premises.product, '/sync', {}).slice(0, -2))
      const { status } = await answer
      return statusIn(status, [0, 400, 408], 'closed')
    },
  },
  {
    name: 'a flood of bytes before the answer',
    expected: '401, connection closed',
    async run({ product }) {
      const { socket, answer } = await openRaw(product)
      socket.write(handshake(product, '/sync', { origin: product.url }))
      for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(256 << 10, i))
      const { status } = await answer
      return `${statusIn(status, [0, 401], '401')}, connection closed`
    },
  },
  {
    name: 'a stranger with a session, at a foreign document',
    expected: 'as at a missing one',
    async run({ stranger, documentId }) {
      const missing = documentId.split('').toReversed().join('')
      const ways = await Promise.all([documentId, missing].map((id) => howItEnds(stranger, id)))
      return ways[0] === ways[1] && ways[0] !== 'open' ? 'as at a missing one' : ways.join(' but ')
    },
  },
  {
    name: 'document names with ../, NUL, %2f, emoji, 10 KB',
    expected: 'refused',
    async run({ owner }) {
      const names = ['..%2f..%2fetc', '%00', '..', '%2e%2e', 'a%2fb', '%F0%9F%99%82', 'x'.repeat(10_000), '%E0%A4%A']
      const ways = await Promise.all(names.map((name) => howItEnds(owner, name)))
      return ways.every((way) => way !== 'open') ? 'refused' : alike(ways)
    },
  },
  {
    name: 'one socket over the limit',
    expected: '429 and no earlier, all free again after',
    async run(premises) {
      const { product, unique, freshAddress } = premises
      const session = await signUp(product, unique('Many'), { localAddress: freshAddress() })
      const target = '/socket.io/?EIO=4&transport=websocket'
      const open: { destroy(): void }[] = []
      const knockOnce = async () => {
        const { socket, answer } = await openRaw(product)
        const first = new Promise<string>((resolve) =>
          socket.once('data', (data) => resolve(data.toString('latin1').slice(9, 12))),
        )
        socket.write(handshake(product, target, { origin: product.url, cookie: session.cookie() }))
        const status = await Promise.race([first, answer.then((a) => String(a.status))])
        if (status === '101') open.push(socket)
        return status
      }
      let status = '101'
      for (let i = 0; i < 200 && status === '101'; i++) status = await knockOnce()
      const isEarly = open.length < 16
      for (const socket of open) socket.destroy()
      const after = await freedSocket(knockOnce)
      for (const socket of open) socket.destroy()
      return `${status} and ${isEarly ? `after ${open.length} only` : 'no earlier'}, ${after ? 'all free again after' : 'never free again'}`
    },
  },
]

/** The server learns of closed sockets when their FIN arrives, a moment later. */
async function freedSocket(knock: () => Promise<string>): Promise<boolean> {
  for (let i = 0; i < 50; i++) if ((await knock()) === '101') return true
  return false
}

async function howItEnds(session: Parameters<typeof connectSync>[0], documentId: string): Promise<string> {
  try {
    const client = await connectSync(session, documentId)
    const ended = client.closed.then(({ code }) => String(code))
    const opened = client.whenSynced().then(
      () => 'open',
      () => ended,
    )
    const way = await Promise.race([ended, opened])
    client.close()
    return way
  } catch (error) {
    if (error instanceof UpgradeRefused) return `HTTP ${error.status}`
    throw error
  }
}
