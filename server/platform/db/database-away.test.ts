import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { appCodeOf } from '../trpc.ts'
import { createDatabase, type Database } from './database.ts'

const codesOf = async ({ pool, prisma }: Database): Promise<string[]> => {
  const tries = [
    pool.query('select 1'),
    prisma.workspace.findFirst(),
    prisma.$queryRaw`select 1`,
    prisma.$transaction(async (tx) => tx.workspace.findFirst()),
  ]
  return (await Promise.allSettled(tries)).map((t) => (t.status === 'fulfilled' ? 'ok' : appCodeOf(t.reason)))
}

describe('a database that is away', () => {
  let test: TestDatabase
  beforeAll(async () => void (test = await createTestDatabase()))
  afterAll(() => test.close())

  it.each([
    ['has no socket', { host: '/nowhere/at/all', user: 'x', database: 'x' }],
    ['refuses connections', { host: '127.0.0.1', port: 1, user: 'x', database: 'x' }],
  ])('is unavailable, not a bug, where it %s', async (_, connection) => {
    const database = createDatabase({ connection })
    expect(new Set(await codesOf(database))).toEqual(new Set(['unavailable']))
    await database.close()
  })

  it('is given up on where it takes connections and never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const connection = { host: '127.0.0.1', port, user: 'x', database: 'x', connectionTimeoutMillis: 200 }
    const database = createDatabase({ connection })
    expect(new Set(await codesOf(database))).toEqual(new Set(['unavailable']))
    await database.close()
    silent.close()
  })

  it('is given up on where it stops in the middle of a statement, which a frozen server does', async () => {
    const database = createDatabase({ connection: { ...test.connection, query_timeout: 200 } })
    const slow = [database.pool.query('select pg_sleep(3)'), database.prisma.$queryRaw`select pg_sleep(3)::text`]
    const codes = (await Promise.allSettled(slow)).map((t) => (t.status === 'rejected' ? appCodeOf(t.reason) : 'ok'))
    expect(codes).toEqual(['unavailable', 'unavailable'])
    await database.close()
  })

  it('is waited for a bounded time without being told so', () => {
    const { options } = test.pool as unknown as { options: Record<string, unknown> }
    expect(options['connectionTimeoutMillis']).toBeGreaterThan(0)
    expect(options['query_timeout']).toBeGreaterThan(0)
  })

  it('is told from a bug: a statement that is wrong stays internal', async () => {
    await expect(test.pool.query('select nonsense')).rejects.toSatisfy((error) => appCodeOf(error) === 'internal')
  })
})
