import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { ANONYMOUS } from '#shared/access/actor.ts'
import type { ImportId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { createTestEvents, disconnected, send, type Client, type TestEvents } from './testing.ts'

let test: TestEvents
beforeEach(async () => {
  test = await createTestEvents()
})
afterEach(async () => {
  await serveCanary()
  await test.close()
})

/** After each: a stranger to the trouble is served as ever. */
async function serveCanary(): Promise<void> {
  const workspaceId = test.workspace()
  const canary = test.user('Canary')
  test.setRole(workspaceId, canary, 'editor')
  const served = await send(await test.connect(canary), 'workspace.join', { workspaceId })
  if (!served.ok) throw new Error(`the canary was refused: ${served.code}`)
}

/** A raw Engine.IO socket past the handshake, for packets no client library would send. */
async function rawSocket(): Promise<{ ws: WebSocket; closed: Promise<void> }> {
  const headers = { cookie: test.cookieOf(test.user('Raw')) }
  const ws = new WebSocket(`${test.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers })
  const closed = new Promise<void>((resolve) => ws.once('close', () => resolve()))
  ws.on('error', () => {})
  await new Promise((resolve) => ws.once('message', resolve))
  const connected = new Promise((resolve) => ws.once('message', resolve))
  ws.send('40')
  await connected
  return { ws, closed }
}

describe('hostile input on socket.io', () => {
  it.each(['no.such.event', '__proto__', 'constructor', 'error', 'presence.changed', 'join', ''])(
    'answers the undeclared event %j with an error',
    async (name) => {
      const client = await test.connect(test.user('Mina'))

      expect(await send(client, name, {})).toMatchObject({ ok: false, code: 'bad_request' })
      expect(client.connected).toBe(true)
    },
  )

  it.each(['disconnecting', 'newListener', 'connect', 'removeListener'])(
    'closes a socket that sends the reserved name %j',
    async (name) => {
      const { ws, closed } = await rawSocket()

      ws.send(`420["${name}",{}]`)

      await closed
    },
  )

  it.each([
    ['nothing', []],
    ['null', [null]],
    ['a string', ['x']],
    ['an array', [[]]],
    ['a number for an id', [{ workspaceId: 1 }]],
    ['a query for an id', [{ workspaceId: { not: '' } }]],
    ['a path for an id', [{ workspaceId: '../../../../../../..' }]],
    ['an extra role', [{ workspaceId: 'AAAAAAAAAAAAAAAAAAAAAA', role: 'owner' }]],
    ['two inputs of which the second is whole', ['x', { workspaceId: 'AAAAAAAAAAAAAAAAAAAAAA' }]],
  ])('answers a join with %s with an error', async (_title, args) => {
    const client = await test.connect(test.user('Mina'))

    expect(await send(client, 'workspace.join', ...args)).toMatchObject({ ok: false, code: 'bad_request' })
  })

  it('survives an event without an acknowledgement', async () => {
    const client = await test.connect(test.user('Mina'))
    const bare = client as unknown as { emit(name: string, ...args: unknown[]): void }

    bare.emit('workspace.join')
    bare.emit('no.such.event', 'not a function')

    expect(await send(client, 'no.such.event')).toMatchObject({ ok: false })
  })

  it.each([
    ['a million attachments', '451000000-["workspace.join",{"_placeholder":true,"num":0}]'],
    ['JSON that is none', '42["workspace.join",{'],
    ['an event that is no array', '42{"a":1}'],
    ['an unknown packet type', '49["x"]'],
  ])('closes a socket that declares %s', async (_title, packet) => {
    const { ws, closed } = await rawSocket()

    ws.send(packet)

    await closed
  })

  it('closes a socket that sends 2 MB', async () => {
    const client = await test.connect(test.user('Mina'))
    const closed = disconnected(client)

    client.emit('presence.look', { workspaceId: test.workspace(), path: 'x'.repeat(2_000_000) }, () => {})

    await closed
  })

  it('throttles a flood, and closes the socket that does not stop', async () => {
    const client = await test.connect(test.user('Mina'))
    const flood = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => send(client, 'import.watch', { importId: newId() }).catch(() => null)),
      )

    const codes = (await flood(300)).map((result) => (result && !result.ok ? result.code : 'none'))
    expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThan(150)
    expect(codes.filter((code) => code === 'not_found').length).toBeGreaterThanOrEqual(100)
    expect(client.connected).toBe(true)

    const closed = disconnected(client)
    for (let i = 0; i < 1000; i++) client.emit('import.watch', { importId: newId<ImportId>() }, () => {})
    await closed
  })

  it('shows an import to whoever began it and to nobody else', async () => {
    const [mina, eve] = [test.user('Mina'), test.user('Eve')]
    const importId = newId<ImportId>()
    test.imports.set(importId, { owner: mina.userId, status: { status: 'unpacking', files: 7 } })
    const ask = async (client: Client) => send(client, 'import.watch', { importId })

    expect(await ask(await test.connect(mina))).toEqual({ ok: true, value: { status: 'unpacking', files: 7 } })
    expect(await ask(await test.connect(eve))).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('refuses to carry anyone who is nobody', async () => {
    const client = await test.connect(ANONYMOUS)

    await disconnected(client)

    expect(test.events.socketCount()).toBe(0)
  })

  it('opens no other namespace', async () => {
    const { ws } = await rawSocket()
    const answer = new Promise<string>((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))

    ws.send('40/agent,')

    expect(await answer).toContain('Invalid namespace')
    ws.close()
  })
})
