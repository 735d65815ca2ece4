import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { applyMigrations } from '#prisma/migrate.ts'
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'

export interface TestPostgres {
  /** The folder of the sockets. */
  readonly host: string
  readonly user: string
  /** A database with every migration and no row, to be copied. */
  readonly template: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestPostgres
  }
}

/** Starts the one PostgreSQL of a test run, durable as in production, and migrates the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'pairloom-test-'))
  const postgres = await startEmbeddedPostgres({
    directory,
    database: 'template',
    settings: { max_connections: '200' },
  })
  await applyMigrations(postgres.connection)
  const { host, user, database: template } = postgres.connection
  project.provide('postgres', { host, user, template })
  return async () => {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
