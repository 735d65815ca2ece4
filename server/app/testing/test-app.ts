import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Logger, pino } from 'pino'
import { parseEnv } from '#server/env.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { type App, createApp } from '../app.ts'

/** The whole server in this process, on a test database and a free port. */
export async function startTestApp(
  values: Record<string, string> = {},
  log: Logger = pino({ level: 'silent' }),
): Promise<{ app: App; database: TestDatabase; origin: string; dataDir: string; close(): Promise<void> }> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(path.join(tmpdir(), 'pairloom-app-'))
  const parsed = parseEnv({ PORT: '0', DATA_DIR: dataDir, ...values })
  if (!('env' in parsed)) throw new Error(parsed.problems.join('\n'))
  const app = await createApp({ env: parsed.env, database, secret: 's'.repeat(43), setupCode: null, log })
  const port = await app.listen()
  return {
    app,
    database,
    dataDir,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      await app.close()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
