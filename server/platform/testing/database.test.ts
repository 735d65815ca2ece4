import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './database.ts'

let first: TestDatabase
let second: TestDatabase

beforeAll(async () => {
  first = await createTestDatabase()
  second = await createTestDatabase()
})

afterAll(async () => {
  await first.close()
  await second.close()
})

it('gives every caller a migrated database that nobody else writes to', async () => {
  await first.prisma.setting.create({ data: { key: 'colour', value: { is: 'green' } } })

  expect(await first.prisma.setting.count()).toBe(1)
  expect(await second.prisma.setting.count()).toBe(0)
})

it('shows SQL on the pool what Prisma wrote', async () => {
  await second.prisma.setting.create({ data: { key: 'size', value: 3 } })

  expect((await second.pool.query('select value from setting where key = $1', ['size'])).rows).toEqual([{ value: 3 }])
})

it('commits to disk before it answers, as in production', async () => {
  expect((await first.pool.query('show fsync')).rows).toEqual([{ fsync: 'on' }])
  expect((await first.pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }])
})
