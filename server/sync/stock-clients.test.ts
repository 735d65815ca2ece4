import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as decoding from 'lib0/decoding'
import { WebsocketProvider as Provider3 } from 'y-websocket'
import { WebsocketProvider as Provider2 } from 'y-websocket-2'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { MESSAGE, TEXT_NAME } from '#shared/protocol/sync.ts'
import { createMemoryLog, type MemoryLog } from './log/memory-log.ts'
import { createTestSync, listen, newDocumentId, type TestSync, until } from './testing.ts'

let log: MemoryLog
let test: TestSync
let server: Awaited<ReturnType<typeof listen>>
const ends: (() => void)[] = []

beforeAll(async () => {
  log = createMemoryLog(Date.now)
  test = createTestSync(log)
  server = await listen(test.sync)
})

afterEach(() => {
  for (const end of ends.splice(0)) end()
})

afterAll(async () => {
  await test.sync.shutdown()
  await server.close()
})

async function seeded(text: string): Promise<DocumentId> {
  const documentId = newDocumentId()
  log.createDocument(documentId)
  await test.sync.seed(documentId, text, 'seeder')
  return documentId
}

function open(Provider: typeof Provider3, documentId: DocumentId, as: string, doc = new Y.Doc()) {
  const provider = new Provider(server.url, documentId, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    params: { as, ack: '1' },
    disableBc: true,
  })
  let acknowledged = 0
  provider.messageHandlers[MESSAGE.acknowledged] = (_encoder, decoder) =>
    void (acknowledged = decoding.readVarUint(decoder))
  provider.messageHandlers[MESSAGE.mark] = (_encoder, decoder) => void decoding.readVarUint(decoder)
  ends.push(() => provider.destroy())
  return { provider, doc, text: doc.getText(TEXT_NAME), acknowledged: () => acknowledged }
}

describe.each([
  ['y-websocket 3', Provider3],
  ['y-websocket 2', Provider2 as unknown as typeof Provider3],
])('[P1] an unmodified %s client', (_name, Provider) => {
  it('gets the content, and two of them converge on what both type', async () => {
    const documentId = await seeded('hello\n')
    const ann = open(Provider, documentId, 'ann')
    const bob = open(Provider3, documentId, 'bob')
    await until(() => ann.provider.synced && bob.provider.synced)
    expect(ann.text.toString()).toBe('hello\n')
    ann.text.insert(0, 'A')
    bob.text.insert(6, 'B')
    await until(() => ann.text.toString() === 'Ahello\nB' && bob.text.toString() === 'Ahello\nB')
  })

  it('[P6] hears how many of its content frames are durable, and they are', async () => {
    const documentId = await seeded('')
    const ann = open(Provider, documentId, 'ann')
    await until(() => ann.acknowledged() === 1)
    ann.text.insert(0, 'one')
    ann.text.insert(3, ' two')
    await until(() => ann.acknowledged() === 3)
    const stored = await log.load(documentId)
    const doc = new Y.Doc()
    for (const row of stored?.rows ?? []) Y.applyUpdate(doc, row.bytes)
    expect(doc.getText(TEXT_NAME).toString()).toBe('one two')
  })

  it('sends its offline edits when it comes back', async () => {
    const documentId = await seeded('base')
    const ann = open(Provider, documentId, 'ann')
    const bob = open(Provider, documentId, 'bob')
    await until(() => ann.provider.synced && bob.provider.synced)
    ann.provider.disconnect()
    ann.text.insert(4, ' offline')
    bob.text.insert(0, 'online ')
    ann.provider.connect()
    await until(() => bob.text.toString() === 'online base offline' && ann.text.toString() === bob.text.toString())
  })

  it('[F3] sees the others with the name the server gives them, and sees them again at once after a reconnect', async () => {
    const documentId = await seeded('')
    const ann = open(Provider, documentId, 'ann')
    const bob = open(Provider, documentId, 'bob')
    const seen = () =>
      bob.provider.awareness.getStates().get(ann.doc.clientID) as { user: { name: string } } | undefined
    ann.provider.awareness.setLocalState({ user: { name: 'Mallory' }, cursor: null })
    await until(() => seen()?.user.name === 'ann')
    ann.provider.disconnect()
    await until(() => seen() === undefined)
    ann.provider.awareness.setLocalState({ user: { name: 'Mallory' } })
    ann.provider.connect()
    await until(() => seen()?.user.name === 'ann', 2000)
  })

  it('[A2] reads along as a viewer, and stops for good when it writes', async () => {
    const documentId = await seeded('read me')
    const viewer = open(Provider, documentId, 'viewer')
    const ann = open(Provider3, documentId, 'ann')
    await until(() => viewer.provider.synced && ann.provider.synced)
    ann.text.insert(0, 'please ')
    await until(() => viewer.text.toString() === 'please read me')
    const codes: number[] = []
    viewer.provider.on('connection-close', (event) => void codes.push(event?.code ?? 0))
    viewer.text.insert(0, 'forbidden ')
    await until(() => codes.length > 0)
    expect(codes[0]).toBe(CLOSE.contentRefused)
    viewer.provider.destroy()
    expect((await test.sync.readText(documentId)).text).toBe('please read me')
  })
})

it('[L2] waits for the seed, and then serves it', async () => {
  const documentId = newDocumentId()
  log.createDocument(documentId)
  const ann = open(Provider3, documentId, 'ann')
  await until(() => ann.provider.wsconnected)
  ann.text.insert(0, 'early ')
  await test.sync.seed(documentId, 'late seed', 'seeder')
  await until(() => ann.text.length === 15)
  const { text, seq } = await test.sync.readText(documentId)
  expect(text).toBe(ann.text.toString())
  expect(seq).toBeGreaterThanOrEqual(1)
})

it('[P4] is told 4404 for a document that does not exist', async () => {
  const ann = open(Provider3, newDocumentId(), 'ann')
  const code = await new Promise((resolve) => ann.provider.on('connection-close', (event) => resolve(event?.code)))
  expect(code).toBe(CLOSE.noSuchDocument)
})
