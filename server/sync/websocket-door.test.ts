import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { createMemoryLog } from './log/memory-log.ts'
import { createTestSync, newDocumentId, person } from './testing.ts'
import { createSyncUpgrade } from './websocket-door.ts'

const log = createMemoryLog(Date.now)
const { sync } = createTestSync(log)
const upgrade = createSyncUpgrade(sync)
const server = createServer()
/** the server's end of the newest connection */
let accepted: Socket

beforeAll(async () => {
  server.on('upgrade', (request, socket, head) => {
    accepted = socket as Socket
    upgrade(request, socket, head, person('ann'), request.url ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  await sync.shutdown()
  server.close()
})

/** The code a client hears that sends one message of so many bytes; 1006 where the connection broke while it sent. */
async function closeCodeAfter(bytes: number): Promise<number> {
  const documentId = newDocumentId()
  log.createDocument(documentId)
  await sync.seed(documentId, 'seed', 'seeder')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync/${documentId}`)
  client.on('error', () => undefined)
  await once(client, 'open')
  client.send(new Uint8Array(bytes))
  const [code] = (await once(client, 'close')) as [number]
  return code
}

it('[A6] tells a client whose frame is too big why it is closed', async () => {
  expect(await closeCodeAfter(3 << 19)).toBe(CLOSE.tooBig)
})

it('[A6] does not read on for as long as a refused client likes to send', async () => {
  expect([CLOSE.tooBig, 1006]).toContain(await closeCodeAfter(64 << 20))
  expect(accepted.bytesRead).toBeLessThan(8 << 20)
})
