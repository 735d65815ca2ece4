import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { applyMigrations, MigrationError, readMigrations } from '#prisma/migrate.ts'
import { createApp } from './app/app.ts'
import { readSecret } from './app/secret.ts'
import { readEnv } from './env.ts'
import { createDatabase } from './platform/db/database.ts'
import { startEmbeddedPostgres } from './platform/db/embedded-postgres.ts'
import { createLogger } from './platform/log.ts'
import { newToken } from './platform/tokens.ts'
import { findSandbox } from './runtime/find-sandbox.ts'
import { mkdir } from 'node:fs/promises'

const env = readEnv()
const log = createLogger(env.LOG_LEVEL)
process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'))

await mkdir(env.dataDir, { recursive: true })
const embedded =
  env.DATABASE_URL === undefined
    ? await startEmbeddedPostgres({
        directory: path.join(env.dataDir, 'postgres'),
        onCrash: (reason) => log.error({ reason }, 'PostgreSQL is started again'),
      })
    : null
const connection = embedded?.connection ?? { connectionString: env.DATABASE_URL }

try {
  const applied = await applyMigrations(connection, readMigrations())
  if (applied.length > 0) log.info({ applied }, 'migrations applied')
} catch (error) {
  if (!(error instanceof MigrationError)) throw error
  process.stderr.write(`Pairloom cannot start: ${error.message}\n`)
  await embedded?.stop()
  process.exit(78)
}

const database = createDatabase({
  connection: { ...connection, max: 20 },
  onConnectionLost: (err) => log.warn({ err }, 'a database connection was lost'),
})
// Whoever can read the console owns the machine; on a loopback address only its people can reach the page at all.
const setupCode = env.isLoopback ? null : newToken().slice(0, 12)
const { sandbox, why } = await findSandbox({ setting: env.WORKSPACE_SANDBOX, dataDir: env.dataDir })
if (sandbox === null && env.WORKSPACE_SANDBOX === 'required') {
  process.stderr.write(`Pairloom cannot start: WORKSPACE_SANDBOX is required, but ${why}\n`)
  await database.close()
  await embedded?.stop()
  process.exit(78)
}
const app = await createApp({
  env,
  sandbox,
  database,
  secret: await readSecret(env.dataDir, env.SESSION_SECRET),
  setupCode,
  log,
})
const port = await app.listen()
// However this run ends, the next one finds what Node made of the code.
flushCompileCache()

const url = env.PUBLIC_URL ?? `http://localhost:${port}`
process.stdout.write(
  [
    `Pairloom is ready at ${url}`,
    `  data       ${env.dataDir}`,
    `  database   ${embedded ? 'embedded PostgreSQL' : 'DATABASE_URL'}`,
    `  workspaces local runtime, ${sandbox === null ? `not isolated from this machine (${why})` : 'each in a bubblewrap sandbox'}`,
    ...(setupCode === null
      ? []
      : [`  setup code ${setupCode} (asked for at ${url}/setup, until the first account exists)`]),
    '',
  ].join('\n'),
)

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void shutDown()
  })
}

async function shutDown(): Promise<void> {
  try {
    await app.close()
    await database.close()
    await embedded?.stop()
    process.exit(0)
  } catch (error) {
    log.error({ err: error }, 'the shutdown was not clean')
    process.exit(1)
  }
}
