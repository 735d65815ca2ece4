import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '#server/platform/db/embedded-postgres.ts'
import { withDatabase } from '../support/database.ts'
import { freePort, runRefused, startProduct } from '../support/product.ts'
import type { HostileCase } from './hostile-case.ts'

/** Starts the server with a setting it must refuse; answers whether it did, with one clear line that names it. */
async function refuses(env: Readonly<Record<string, string>>, named: string): Promise<string> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'pairloom-refused-'))
  try {
    const port = await freePort()
    const { exitCode, output } = await runRefused({ PORT: String(port), DATA_DIR: dataDir, ...env })
    return judge(exitCode, output, named)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

function judge(exitCode: number | null, output: string, named: string): string {
  if (exitCode === 0 || exitCode === null) return `it started: ${output.slice(-200)}`
  const lines = output.split('\n').filter((line) => line.includes(named))
  if (lines.length !== 1) return `${lines.length} lines name ${named}: ${output.slice(0, 400)}`
  return /^\s+at .+:\d+:\d+/m.test(output) ? 'refused with a stack trace' : 'refused with one clear line'
}

const SETTINGS: readonly { name: string; env: Readonly<Record<string, string>>; named: string }[] = [
  { name: 'a malformed PUBLIC_URL', env: { PUBLIC_URL: 'ftp://x' }, named: 'PUBLIC_URL' },
  { name: 'a malformed DATABASE_URL', env: { DATABASE_URL: 'mysql://x' }, named: 'DATABASE_URL' },
  { name: 'a port that is none', env: { PORT: '70000' }, named: 'PORT' },
  { name: 'a default secret', env: { SESSION_SECRET: 'changeme' }, named: 'SESSION_SECRET' },
  { name: 'a short secret', env: { SESSION_SECRET: 'short' }, named: 'SESSION_SECRET' },
  {
    name: 'production without a secret',
    env: {
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://ide.example.org',
      ALLOW_REMOTE_LOCAL_RUNTIME: 'true',
    },
    named: 'SESSION_SECRET',
  },
  {
    name: 'another address without PUBLIC_URL',
    env: { HOST: '0.0.0.0', ALLOW_REMOTE_LOCAL_RUNTIME: 'true' },
    named: 'PUBLIC_URL',
  },
  {
    name: 'the local runtime beyond this machine',
    env: { HOST: '0.0.0.0', PUBLIC_URL: 'https://ide.example.org' },
    named: 'ALLOW_REMOTE_LOCAL_RUNTIME',
  },
  { name: 'half an OAuth client', env: { GITHUB_CLIENT_ID: 'id' }, named: 'GITHUB_CLIENT_SECRET' },
  { name: 'a runtime that does not exist', env: { WORKSPACE_RUNTIME: 'docker' }, named: 'WORKSPACE_RUNTIME' },
]

export const CONFIGURATION_CASES: readonly HostileCase[] = [
  ...SETTINGS.map(({ name, env, named }): HostileCase => ({
    name,
    expected: 'refused with one clear line',
    run: () => refuses(env, named),
  })),
  {
    name: 'a schema newer than the server, then an edited migration',
    expected: 'refused with one clear line, refused with one clear line',
    async run() {
      const dataDir = await mkdtemp(path.join(os.tmpdir(), 'pairloom-newer-'))
      const name = '99991231235959_from_the_future'
      const insert = `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
        values ('future', 'x', '${name}', now(), now(), 1)`
      const product = await startProduct({ dataDir })
      try {
        const edited = await withDatabase(product, async (client) => {
          await client.query(insert)
          const { rows } = await client.query<{ migration_name: string }>(
            "select migration_name from _prisma_migrations where id <> 'future' order by migration_name limit 1",
          )
          return rows[0]?.migration_name ?? ''
        })
        await product.kill('SIGTERM')
        const env = { PORT: String(product.port), DATA_DIR: dataDir }
        const newer = await runRefused(env)
        return `${judge(newer.exitCode, newer.output, name)}, ${await withEditedMigration(dataDir, env, edited)}`
      } finally {
        await product.stop()
      }
    },
  },
]

/** The row from the future is taken away again and the checksum of an applied migration changed. */
async function withEditedMigration(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  edited: string,
): Promise<string> {
  const postgres = await startEmbeddedPostgres({ directory: path.join(dataDir, 'postgres') })
  try {
    const client = new pg.Client(postgres.connection)
    await client.connect()
    await client.query("delete from _prisma_migrations where id = 'future'")
    await client.query("update _prisma_migrations set checksum = 'edited' where migration_name = $1", [edited])
    await client.end()
  } finally {
    await postgres.stop()
  }
  const { exitCode, output } = await runRefused(env)
  return judge(exitCode, output, edited)
}
