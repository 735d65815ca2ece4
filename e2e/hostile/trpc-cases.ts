import type { HostileCase } from './hostile-case.ts'
import { alike } from './hostile-case.ts'
import { openRaw } from './raw-socket.ts'
import { describeAnswer } from './refusal.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

export const TRPC_CASES: readonly HostileCase[] = [
  {
    name: 'keys named __proto__ and constructor',
    expected: 'refused with 400, nobody became admin',
    async run({ editor }) {
      const body =
        '{"__proto__":{"isPlatformAdmin":true},"constructor":{"prototype":{"isPlatformAdmin":true}},"name":"Edit"}'
      const answer = await editor.send('/trpc/auth.updateProfile', { method: 'POST', headers: JSON_TYPE, body })
      const people = await editor.send('/trpc/admin.settings')
      return `refused with ${describeAnswer(answer)}, ${people.status === 403 ? 'nobody became admin' : `admin page ${people.status}`}`
    },
  },
  {
    name: 'a batch of 1,000',
    expected: '413',
    async run({ editor }) {
      const path = Array<string>(1000).fill('auth.state').join(',')
      return describeAnswer(await editor.send(`/trpc/${path}?batch=1&input=%7B%7D`))
    },
  },
  {
    name: 'a mutation by GET',
    expected: '405',
    run: async ({ editor }) => describeAnswer(await editor.send('/trpc/auth.logout')),
  },
  {
    name: 'a query by POST',
    expected: '405',
    run: async ({ editor }) =>
      describeAnswer(await editor.send('/trpc/auth.sessions', { method: 'POST', headers: JSON_TYPE, body: '{}' })),
  },
  {
    name: 'unknown procedures, prototype names among them',
    expected: '404',
    async run({ editor }) {
      const names = ['auth.nothing', '__proto__', 'constructor.name', 'auth.__proto__', 'auth', '%00', '..%2f..']
      const answers = await Promise.all(names.map((name) => editor.send(`/trpc/${name}`)))
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'JSON nested 10,000 deep',
    expected: '400',
    async run({ editor }) {
      const body = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
      const list = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
      const answers = await Promise.all(
        [body, list].map((json) =>
          editor.send('/trpc/auth.updateProfile', { method: 'POST', headers: JSON_TYPE, body: json }),
        ),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'limits of NaN, -1, 1.5, 2^53 and text',
    expected: '400',
    async run({ admin }) {
      const limits = ['NaN', '-1', '1.5', '9007199254740993', '"50"', 'null', '1e400']
      const answers = await Promise.all(
        limits.map((limit) => admin.send(`/trpc/admin.people?input=${encodeURIComponent(`{"limit":${limit}}`)}`)),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'an extra role: "owner"',
    expected: '400',
    async run({ editor, owner, workspaceId }) {
      const body = JSON.stringify({ source: 'empty', name: 'Mine', role: 'owner' })
      const profile = JSON.stringify({ name: 'Edit', platformRole: 'admin' })
      const link = JSON.stringify({ workspaceId, expiresInHours: 1, role: 'owner' })
      const answers = await Promise.all([
        editor.send('/trpc/workspaces.create', { method: 'POST', headers: JSON_TYPE, body }),
        editor.send('/trpc/auth.updateProfile', { method: 'POST', headers: JSON_TYPE, body: profile }),
        owner.send('/trpc/workspaces.createLink', { method: 'POST', headers: JSON_TYPE, body: link }),
      ])
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'JSON cut off, not JSON, invalid UTF-8, a lone surrogate',
    expected: '400',
    async run({ editor }) {
      const bodies = [
        '{"name":',
        'name=Edit',
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
        '{"name":"\\ud800\\u0000"}',
      ]
      const answers = await Promise.all(
        bodies.map((body) => editor.send('/trpc/auth.updateProfile', { method: 'POST', headers: JSON_TYPE, body })),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: "another workspace's id answers as a missing one",
    expected: '404 alike',
    async run({ editor, foreignWorkspaceId, foreignDocumentId }) {
      const calls = (workspaceId: string) =>
        [
          ...['workspaces.get', 'workspaces.members', 'workspaces.links'].map(
            (name) => `/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ workspaceId }))}`,
          ),
          `/api/workspaces/${workspaceId}/tree`,
        ].map((target) => editor.send(target))
      const missing = foreignDocumentId.split('').toReversed().join('')
      const [foreign, absent] = await Promise.all([Promise.all(calls(foreignWorkspaceId)), Promise.all(calls(missing))])
      const strip = (text: string) => text.replaceAll(/"requestId":"[^"]*"/g, '')
      const isAlike = foreign.every((answer, i) => strip(answer.text) === strip(absent[i]?.text ?? ''))
      return `${alike([...foreign, ...absent].map(describeAnswer))} ${isAlike ? 'alike' : 'but told apart'}`
    },
  },
  {
    name: 'a body of 300 KB',
    expected: '413',
    async run({ editor }) {
      const body = JSON.stringify({ name: 'x'.repeat(300 << 10) })
      return describeAnswer(await editor.send('/trpc/auth.updateProfile', { method: 'POST', headers: JSON_TYPE, body }))
    },
  },
  {
    name: 'a body that drips, a byte a second',
    expected: '408 and the connection closed',
    // A short body has 30 s for the whole (server/app/body-watch.ts).
    timeoutMs: 45_000,
    async run({ product, editor }) {
      const { socket, answer } = await openRaw(product)
      const headers = [
        'POST /trpc/auth.updateProfile HTTP/1.1',
        `host: localhost:${product.port}`,
        `origin: ${product.url}`,
        `cookie: ${editor.cookie()}`,
        'content-type: application/json',
        'content-length: 1000',
      ]
      socket.write(`${headers.join('\r\n')}\r\n\r\n{`)
      const drip = setInterval(() => socket.write(' '), 1000)
      const { status } = await answer.finally(() => clearInterval(drip))
      return `${status} and the connection closed`
    },
  },
  {
    name: 'targets in absolute form and with two slashes',
    expected: '400',
    async run({ editor }) {
      const targets = ['http://evil.example/trpc/auth.state', '//evil.example/trpc/auth.state', '*']
      const answers = await Promise.all(targets.map((target) => editor.send(target)))
      return alike(answers.map(describeAnswer))
    },
  },
]
