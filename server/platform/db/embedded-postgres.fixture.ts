/**
 * A server that can be killed: starts PostgreSQL in the folder given, then commits rows one by one and
 * prints each number once its commit was acknowledged.
 */
import pg from 'pg'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

const directory = process.argv[2]
if (directory === undefined) throw new Error('Name the data folder.')
const postgres = await startEmbeddedPostgres({ directory })
const client = new pg.Client(postgres.connection)
await client.connect()
await client.query('create table if not exists acknowledged (n bigserial primary key)')
process.stdout.write(`postmaster ${postgres.pid()}\n`)
for (;;) {
  const { rows } = await client.query<{ n: string }>('insert into acknowledged default values returning n')
  process.stdout.write(`row ${rows[0]?.n}\n`)
}
