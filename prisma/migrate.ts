import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

/** Any number, the same in every version: whoever holds it is the one that migrates. */
const ADVISORY_LOCK = 72_707_369

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** Why the database was left alone. The message tells the person who runs the server what to do. */
export class MigrationError extends Error {
  readonly reason: 'edited' | 'unfinished' | 'newer'
  readonly migration: string
  constructor(reason: 'edited' | 'unfinished' | 'newer', migration: string) {
    super(ADVICE[reason](migration))
    this.name = 'MigrationError'
    this.reason = reason
    this.migration = migration
  }
}

const ADVICE = {
  edited: (name: string) =>
    `Migration ${name} differs from the one this database was made with. Restore its file; changes need a new migration.`,
  unfinished: (name: string) =>
    `Migration ${name} was begun by another tool and not finished. Finish or roll it back with that tool first.`,
  newer: (name: string) =>
    `This database has migration ${name}, which this version of the server does not know. Start the newer version.`,
}

/** Reads the migrations of a folder in Prisma's format, in the order they apply. */
export function readMigrations(directory: string = path.join(import.meta.dirname, 'migrations')): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => ({ name, sql: readFileSync(path.join(directory, name, 'migration.sql'), 'utf8') }))
}

/**
 * Brings a database up to date and answers the names of what was applied. Safe to call from any number of
 * servers at once. Keeps Prisma's own table of migrations, so that its tools go on working.
 * @throws MigrationError when the database holds what these migrations do not explain; nothing is changed then.
 */
export async function applyMigrations(
  connection: pg.ClientConfig,
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    // Held by the connection, so a server that dies while migrating gives it up with its transaction.
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK])
    const pending = planMigrations(await readApplied(client), migrations)
    for (const migration of pending) await applyOne(client, migration)
    return pending.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

interface AppliedMigration {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
}

function planMigrations(applied: readonly AppliedMigration[], migrations: readonly Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, checksum, finished } of applied) {
    const migration = known.get(name)
    if (!migration) throw new MigrationError('newer', name)
    if (!finished) throw new MigrationError('unfinished', name)
    if (checksum !== checksumOf(migration)) throw new MigrationError('edited', name)
  }
  const done = new Set(applied.map(({ name }) => name))
  return migrations.filter(({ name }) => !done.has(name))
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`create table if not exists _prisma_migrations (
    id varchar(36) primary key,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`)
  const { rows } = await client.query<AppliedMigration>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by started_at, migration_name`,
  )
  return rows
}

/** The migration and the row that says it was applied are one transaction: both or neither. */
async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksumOf(migration), migration.name],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${migration.name} failed and was rolled back.`, { cause: error })
  }
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex')
}
