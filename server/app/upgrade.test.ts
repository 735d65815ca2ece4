import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { Actor } from '#shared/access/actor.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createLogger } from '#server/platform/log.ts'
import { listenForUpgrades } from './upgrade.ts'

const person: Actor = {
  type: 'user',
  userId: 'user' as UserId,
  sessionId: 'session' as SessionId,
  name: 'Ada',
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
}
const ORIGIN = 'http://here.example'
const ends: (() => void)[] = []
afterEach(() => ends.splice(0).forEach((end) => end()))

async function listen(resolveActor: () => Promise<Actor>) {
  const control = createControlBus(() => undefined)
  const server = createServer()
  let letIn = 0
  listenForUpgrades(server, {
    routes: [
      {
        path: '/sync',
        permission: 'each-channel',
        handle({ socket }) {
          letIn++
          socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
        },
      },
    ],
    isOriginAllowed: (origin) => origin === ORIGIN,
    resolveActor,
    control,
    log: createLogger('silent'),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const knock = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      const asked = request({
        port,
        path: '/sync',
        headers: { connection: 'upgrade', upgrade: 'websocket', ...headers },
      })
      asked.on('upgrade', (_res, socket) => {
        socket.destroy()
        resolve(101)
      })
      asked.on('response', (res) => resolve(res.statusCode ?? 0))
      asked.on('error', reject)
      asked.end()
    })
  return { control, knock, letIn: () => letIn }
}

it.each([
  ['a cookie', { cookie: 'pairloom=token' }],
  ['a cookie and an authorization that is junk', { cookie: 'pairloom=token', authorization: 'junk' }],
  ['nothing', {}],
])('[A1] without Origin and with %s, nobody is let in', async (_name, headers) => {
  const { knock, letIn } = await listen(async () => person)
  expect(await knock(headers as Record<string, string>)).toBe(403)
  expect(letIn()).toBe(0)
})

it('[A1] a program with a token of its own needs no Origin, a browser needs ours', async () => {
  const { knock } = await listen(async () => person)
  expect(await knock({ authorization: 'Bearer token' })).toBe(101)
  expect(await knock({ origin: ORIGIN, cookie: 'pairloom=token' })).toBe(101)
  expect(await knock({ origin: 'http://evil.example', cookie: 'pairloom=token' })).toBe(403)
})

it('[A3] who was resolved before a revocation is resolved again after it', async () => {
  const first = Promise.withResolvers<Actor>()
  const asked = Promise.withResolvers<void>()
  let count = 0
  const { control, knock, letIn } = await listen(async () => {
    count++
    asked.resolve()
    return count === 1 ? first.promise : { type: 'anonymous' }
  })
  const answer = knock({ origin: ORIGIN, cookie: 'pairloom=token' })
  await asked.promise
  control.publish({ type: 'sessions-revoked', userId: 'user' as UserId, sessionIds: 'all', reason: 'signed-out' })
  first.resolve(person)
  expect(await answer).toBe(401)
  expect([count, letIn()]).toEqual([2, 0])
})
