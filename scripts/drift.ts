import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readMigrations } from '#prisma/migrate.ts'
import { diffFromMigrations } from './schema-engine.ts'
import { withPostgres } from './with-postgres.ts'

/** The SQL that prisma/schema.prisma asks for and the migrations do not make; empty when they agree. */
export async function findDrift(): Promise<string> {
  const schema = readFileSync(path.join(import.meta.dirname, '..', 'prisma', 'schema.prisma'), 'utf8')
  return withPostgres((connection) => diffFromMigrations(connection, readMigrations(), schema))
}
