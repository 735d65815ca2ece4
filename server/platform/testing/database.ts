import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { createDatabase, type Database } from '../db/database.ts'

export interface TestDatabase extends Database {
  /** For a second pool, a server, or a process of its own on the same database. */
  readonly connection: pg.PoolConfig
}

/**
 * Gives a test file a database of its own, migrated and empty, on the run's real PostgreSQL:
 * `const db = await createTestDatabase()` in beforeAll, `await db.close()` in afterAll (which drops it).
 * Tests in one file share it, so they make their own users and workspaces rather than count rows.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { host, user, template } = inject('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administrate({ host, user }, `create database ${name} template ${template}`)
  const connection = { host, user, database: name, max: 8 }
  const database = createDatabase({ connection })
  return {
    ...database,
    connection,
    async close() {
      await database.close()
      await administrate({ host, user }, `drop database if exists ${name} with (force)`)
    },
  }
}

/** Gives an empty database without any migration, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<{ connection: pg.ClientConfig; drop(): Promise<void> }> {
  const { host, user } = inject('postgres')
  const name = `empty_${randomUUID().replaceAll('-', '')}`
  await administrate({ host, user }, `create database ${name}`)
  return {
    connection: { host, user, database: name },
    drop: () => administrate({ host, user }, `drop database if exists ${name} with (force)`),
  }
}

async function administrate(server: { host: string; user: string }, sql: string): Promise<void> {
  const client = new pg.Client({ ...server, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
