import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEmptyDatabase } from '#server/platform/testing/database.ts'
import { applyMigrations, readMigrations, type Migration, MigrationError } from './migrate.ts'

const FIRST: Migration = { name: '0001_first', sql: 'create table fruit (name text primary key);' }
const SECOND: Migration = {
  name: '0002_second',
  sql: `alter table fruit add colour text; insert into fruit values ('fig');`,
}

let database: Awaited<ReturnType<typeof createEmptyDatabase>>

beforeEach(async () => {
  database = await createEmptyDatabase()
})

afterEach(() => database.drop())

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client(database.connection)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function refusal(migrations: readonly Migration[]): Promise<unknown> {
  return applyMigrations(database.connection, migrations).then(
    () => 'applied',
    (error: unknown) => error,
  )
}

it('applies what is missing, in order, and nothing twice', async () => {
  expect(await applyMigrations(database.connection, [FIRST])).toEqual(['0001_first'])
  expect(await applyMigrations(database.connection, [FIRST, SECOND])).toEqual(['0002_second'])
  expect(await applyMigrations(database.connection, [FIRST, SECOND])).toEqual([])
  expect(await query('select name, colour from fruit')).toEqual([{ name: 'fig', colour: null }])
})

it('applies each migration once when several servers start at the same moment', async () => {
  const results = await Promise.all(
    Array.from({ length: 5 }, () => applyMigrations(database.connection, [FIRST, SECOND])),
  )

  expect(results.flat().toSorted()).toEqual(['0001_first', '0002_second'])
  expect(await query('select count(*)::int as rows from fruit')).toEqual([{ rows: 1 }])
})

it('refuses a migration that was edited after it was applied, and changes nothing', async () => {
  await applyMigrations(database.connection, [FIRST])
  const edited = { ...FIRST, sql: `${FIRST.sql} -- tidier` }

  expect(await refusal([edited, SECOND])).toMatchObject({ reason: 'edited', migration: '0001_first' })
  expect(await query('select count(*)::int as applied from _prisma_migrations')).toEqual([{ applied: 1 }])
})

it('refuses a database that is newer than this server, and changes nothing', async () => {
  await applyMigrations(database.connection, [FIRST, SECOND])

  const error = await refusal([FIRST])
  expect(error).toBeInstanceOf(MigrationError)
  expect(error).toMatchObject({ reason: 'newer', migration: '0002_second' })
})

it('refuses a database in which another tool left a migration unfinished', async () => {
  await applyMigrations(database.connection, [FIRST])
  await query('update _prisma_migrations set finished_at = null')

  expect(await refusal([FIRST, SECOND])).toMatchObject({ reason: 'unfinished', migration: '0001_first' })
})

it('leaves no half of a migration that fails, and applies it once it is put right', async () => {
  const broken = { ...SECOND, sql: `alter table fruit add colour text; select * from nowhere;` }

  expect(await refusal([FIRST, broken])).toMatchObject({ message: expect.stringContaining('0002_second') })
  expect(await query(`select column_name from information_schema.columns where table_name = 'fruit'`)).toEqual([
    { column_name: 'name' },
  ])
  expect(await applyMigrations(database.connection, [FIRST, SECOND])).toEqual(['0002_second'])
})

it('applies the migrations of the product to an empty database', async () => {
  const applied = await applyMigrations(database.connection)

  expect(applied).toEqual(readMigrations().map(({ name }) => name))
  expect(applied.length).toBeGreaterThan(0)
  expect(await query('select count(*)::int as people from user_account')).toEqual([{ people: 0 }])
})
