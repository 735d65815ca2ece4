import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSyncConnection, type SyncConnection } from './sync-connection.ts'
import { createFakeServer, createMemoryCopies, createMemoryStores, type FakeServer } from './testing.ts'

const TARGET = { documentId: 'document-1', epoch: 1, path: 'src/main.ts' }
const USER = { id: 'mina', name: 'Mina', color: 1, role: 'editor', kind: 'person' } as const

let server: FakeServer
let stores: ReturnType<typeof createMemoryStores>
let connection: SyncConnection
let isSignedIn = true

const options = () => ({
  url: 'ws://test/sync',
  user: USER,
  WebSocket: server.WebSocket,
  openStore: stores.open,
  recoverOlder: stores.recoverOlder,
  copies: createMemoryCopies(),
  random: () => 0.5,
  isSignedIn: async () => isSignedIn,
  reopen: async () => ({ ...TARGET, epoch: server.epoch }),
})
const connect = (): SyncConnection => createSyncConnection(options())
/** Lets everything that is due happen; long waits of reconnecting are passed over. */
const pass = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const open = async () => {
  const session = connection.open(TARGET)
  await pass()
  return session
}
const type = (session: Awaited<ReturnType<typeof open>>, text: string): void => {
  const shared = session.replica().text
  shared.insert(shared.length, text)
}

beforeEach(() => {
  vi.useFakeTimers()
  isSignedIn = true
  server = createFakeServer('start')
  stores = createMemoryStores()
  connection = connect()
})
afterEach(() => {
  connection.close()
  vi.useRealTimers()
})

describe('a document over the shared connection', () => {
  it('[P2] arrives, and is saved', async () => {
    const session = await open()
    expect(session.replica().text.toJSON()).toBe('start')
    expect(session.state()).toEqual({ status: 'saved' })
  })

  it('[A4] is asked for once what this browser kept is loaded, over a connection that was made meanwhile', async () => {
    let loaded = (): void => undefined
    const openStore: typeof stores.open = (name, path, doc, isSafe) => {
      const store = stores.open(name, path, doc, isSafe)
      return { ...store, whenLoaded: new Promise<void>((resolve) => (loaded = resolve)).then(() => store.whenLoaded) }
    }
    connection.close()
    connection = createSyncConnection({ ...options(), openStore })
    const session = await open()
    expect([server.sockets(), server.openChannels()]).toEqual([1, 0])
    loaded()
    await pass()
    expect([server.sockets(), server.openChannels()]).toEqual([1, 1])
    expect(session.state()).toEqual({ status: 'saved' })
  })

  it('is joined at the next try where the connection that was to be ready failed', async () => {
    server.isReachable = false
    const session = await open()
    expect(session.state().status).toBe('offline')
    server.isReachable = true
    await pass(1_000)
    expect(session.state()).toEqual({ status: 'saved' })
    expect(server.sockets()).toBe(1)
  })

  it('[P6] is saving until the server acknowledges, and says how many edits wait', async () => {
    const session = await open()
    server.acknowledgesAtOnce = false
    type(session, 'a')
    type(session, 'b')
    await pass()
    expect(session.state()).toEqual({ status: 'saving', edits: 2, isSlow: false })
    expect(connection.hasUnsavedEdits()).toBe(true)
    await pass(6_000)
    expect(session.state()).toEqual({ status: 'saving', edits: 2, isSlow: true })
    server.acknowledgeAll()
    await pass()
    expect(session.state()).toEqual({ status: 'saved' })
    expect(server.text()).toBe('startab')
  })

  it('[A7] keeps edits made offline and sends them when the server is back', async () => {
    const session = await open()
    server.isReachable = false
    server.breakSockets()
    type(session, '1')
    type(session, '2')
    await pass(3_000)
    expect(session.state()).toEqual({ status: 'offline', edits: 2, keptEdits: 2 })
    server.isReachable = true
    await pass(20_000)
    expect(session.state()).toEqual({ status: 'saved' })
    expect(server.text()).toBe('start12')
  })

  it('[A7] counts edits of an earlier visit as unsaved until the server has them', async () => {
    const session = await open()
    server.isReachable = false
    server.breakSockets()
    type(session, '!')
    await pass()
    expect(stores.edits()).toEqual([1])
    connection.close()
    connection = connect()
    const again = await open()
    expect(again.state()).toEqual({ status: 'offline', edits: 1, keptEdits: 1 })
    server.isReachable = true
    await pass(20_000)
    expect(again.state()).toEqual({ status: 'saved' })
    expect(server.text()).toBe('start!')
  })

  it('[A6] cuts a paste of 3 MiB into frames that the server takes', async () => {
    const session = await open()
    type(session, '한글 문장입니다.\n'.repeat(140_000))
    await pass(2_000)
    expect(Math.max(...server.frames)).toBeLessThanOrEqual(1 << 20)
    expect(session.state()).toEqual({ status: 'saved' })
    expect(server.text()).toBe(session.replica().text.toJSON())
  })

  it('is opened once for two tabs, and closed with the second', async () => {
    const [one, two] = [connection.open(TARGET), connection.open(TARGET)]
    await pass()
    expect(server.openChannels()).toBe(1)
    one.close()
    await pass()
    expect(server.openChannels()).toBe(1)
    two.close()
    await pass()
    expect(server.openChannels()).toBe(0)
  })
})

describe('what the server may refuse', () => {
  it('[A7] a refused edit is kept as a copy, and the document starts again from the server’s text', async () => {
    const session = await open()
    server.acknowledgesAtOnce = false
    const before = session.replica()
    type(session, ' mine')
    server.closeChannels(4422)
    server.doc.getText('text').delete(5, 5)
    await pass(2_000)
    expect(connection.copies.list()).toMatchObject([
      { mine: 'start mine', base: 'start', reason: 'refused', path: 'src/main.ts' },
    ])
    expect(session.replica()).not.toBe(before)
    expect(session.replica().text.toJSON()).toBe(server.text())
  })

  it('[A7] edits made while being demoted are kept, not left waiting for ever', async () => {
    const session = await open()
    server.isReachable = false
    server.breakSockets()
    type(session, ' mine')
    server.isReadOnly = true
    server.isReachable = true
    await pass(20_000)
    expect(session.state()).toEqual({ status: 'read-only' })
    expect(connection.copies.list()).toMatchObject([{ mine: 'start mine', reason: 'demoted' }])
    expect(session.replica().text.toJSON()).toBe('start')
  })

  it('[L7] a new epoch gets the unsaved edits by lines', async () => {
    server = createFakeServer('one\ntwo\nthree')
    connection.close()
    connection = connect()
    const session = await open()
    server.acknowledgesAtOnce = false
    server.isReachable = false
    server.breakSockets()
    session.replica().text.insert(3, ' mine')
    server.doc.getText('text').insert(13, '\nfour')
    server.epoch = 2
    server.isReachable = true
    server.acknowledgesAtOnce = true
    await pass(20_000)
    expect(server.text()).toBe('one mine\ntwo\nthree\nfour')
    expect(session.state()).toEqual({ status: 'saved' })
    expect(stores.names()).toEqual(['mina/document-1/2'])
  })

  it('[A7] edits kept under an epoch that ended while this browser was away become a copy', async () => {
    const session = await open()
    server.isReachable = false
    server.breakSockets()
    type(session, ' mine')
    await pass()
    session.close()
    connection.close()
    server = createFakeServer('restored')
    server.epoch = 2
    connection = connect()
    const next = connection.open({ ...TARGET, epoch: 2, path: 'src/renamed.ts' })
    await pass()
    expect(next.replica().text.toJSON()).toBe('restored')
    expect(server.text()).toBe('restored')
    expect(connection.copies.list()).toMatchObject([
      { mine: 'start mine', base: 'start', reason: 'restored', path: 'src/renamed.ts' },
    ])
    expect(stores.names()).toEqual(['mina/document-1/2'])
  })

  it('[A7] a copy stands on the text before the first edit, though reading what it did is a transaction too', async () => {
    const session = await open()
    session.replica().text.observe((event) => expect(event.delta).not.toEqual([]))
    server.isReachable = false
    server.breakSockets()
    type(session, ' ')
    type(session, 'mine')
    server = createFakeServer('restored')
    connection.close()
    connection = connect()
    connection.open({ ...TARGET, epoch: 2 })
    await pass()
    expect(connection.copies.list()).toMatchObject([{ mine: 'start mine', base: 'start' }])
  })

  it('[A7] a store of an ended epoch goes only when its copy is kept', async () => {
    const session = await open()
    server.isReachable = false
    server.breakSockets()
    type(session, ' mine')
    await pass()
    connection.close()
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const full = { ...createMemoryCopies(), keep: () => Promise.reject(new Error('no room')) }
    connection = createSyncConnection({ ...options(), copies: full })
    connection.open({ ...TARGET, epoch: 2 })
    await pass()
    expect(stores.names()).toContain('mina/document-1/1')
    expect(said).toHaveBeenCalledOnce()
    said.mockRestore()
  })

  it('[A7] an ended session keeps the edits, and signing in again sends them', async () => {
    const session = await open()
    isSignedIn = false
    server.breakSockets(4401)
    type(session, '!')
    await pass(5_000)
    expect(session.state()).toEqual({ status: 'ended', reason: 'signed-out', edits: 1 })
    expect(connection.link().status).toBe('signed-out')
    isSignedIn = true
    connection.resume()
    await pass(2_000)
    expect(session.state()).toEqual({ status: 'saved' })
    expect(server.text()).toBe('start!')
  })

  it('[A7] taken access wipes the browser’s store, after the edits went into a copy', async () => {
    const session = await open()
    server.acknowledgesAtOnce = false
    type(session, '!')
    server.closeChannels(4403)
    await pass(1_000)
    expect(session.state()).toMatchObject({ status: 'ended', reason: 'revoked' })
    expect(connection.copies.list()).toMatchObject([{ mine: 'start!' }])
    expect(stores.names()).toEqual([])
  })
})
