import { expect, it } from 'vitest'
import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { MUX } from '#shared/protocol/sync.ts'
import { createMemoryLog } from '../log/memory-log.ts'
import type { ChannelAccess, SyncOptions } from '../ports.ts'
import { createTestSocket, type TestSocket } from '../test-client.ts'
import { createTestSync, grantByName, newDocumentId, person, until, WORKSPACE } from '../testing.ts'
import { ByteReader, ByteWriter } from '../update/bytes.ts'

const open = (socket: TestSocket, channel: number, documentId: DocumentId): void => {
  const writer = new ByteWriter()
  for (const number of [channel, MUX.open]) writer.varUint(number)
  writer.varString(documentId)
  writer.varUint(0)
  socket.say(writer.finish())
}

/** The code each channel was closed with. */
const closeCodes = (socket: TestSocket): number[] =>
  socket.sent.flatMap((bytes) => {
    const reader = new ByteReader(bytes)
    reader.varUint()
    return reader.varUint() === MUX.close ? [reader.varUint()] : []
  })

async function prepare(options: Partial<SyncOptions>) {
  const log = createMemoryLog(Date.now)
  const test = createTestSync(log, options)
  const documentId = newDocumentId()
  log.createDocument(documentId)
  await test.sync.seed(documentId, 'text', 'seeder')
  const socket = createTestSocket()
  test.sync.connectMux(socket, person('ann'))
  return { ...test, socket, documentId }
}

it('[A3] a session that ran out opens nothing more on a socket from before', async () => {
  let isValid = true
  const { sync, socket, documentId } = await prepare({ loadActorStillValid: async () => isValid })
  open(socket, 1, documentId)
  await until(() => sync.stats().channels === 1 && socket.sent.length > 0)
  isValid = false
  open(socket, 2, documentId)
  await until(() => closeCodes(socket).length > 0)
  expect(closeCodes(socket)).toEqual([CLOSE.sessionExpired])
  await sync.shutdown()
})

it.each([
  [
    'the session was revoked',
    { type: 'sessions-revoked', userId: person('ann').userId, sessionIds: 'all', reason: 'signed-out' },
  ],
  ['the role was taken', { type: 'role-changed', workspaceId: WORKSPACE, userId: person('ann').userId, role: null }],
] as const)('[A3] an answer asked for before %s lets nobody in', async (_name, event) => {
  const { promise, resolve } = Promise.withResolvers<ChannelAccess>()
  let asked: Actor | null = null
  const { sync, publish, socket, documentId } = await prepare({
    authorize(actor) {
      asked = actor
      return promise
    },
  })
  open(socket, 1, documentId)
  await until(() => asked !== null)
  publish(event)
  resolve(grantByName(person('ann')))
  await until(() => sync.stats().channels === 0)
  expect(socket.sent.every((bytes) => bytes[1] !== MUX.opened && bytes[1] !== MUX.message)).toBe(true)
  await sync.shutdown()
})
