import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#server/platform/db/embedded-postgres.ts'

/** Runs a task against a PostgreSQL that lives as long as the task. */
export async function withPostgres<Result>(
  task: (connection: EmbeddedPostgres['connection']) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'pairloom-'))
  try {
    const postgres = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } })
    try {
      return await task(postgres.connection)
    } finally {
      await postgres.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
