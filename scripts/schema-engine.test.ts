import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { readMigrations } from '#prisma/migrate.ts'
import { diffFromMigrations } from './schema-engine.ts'

const SCHEMA = readFileSync(path.join(import.meta.dirname, '..', 'prisma', 'schema.prisma'), 'utf8')

function diff(schema: string): Promise<string> {
  const { host, user } = inject('postgres')
  return diffFromMigrations({ host, user, database: 'postgres' }, readMigrations(), schema)
}

it('finds no difference between the schema and the migrations of the product', async () => {
  expect(await diff(SCHEMA)).toBe('')
})

it('answers the SQL for a column that the schema has and the migrations lack', async () => {
  const changed = SCHEMA.replace('model Setting {', 'model Setting {\n  note String?')

  expect(await diff(changed)).toBe('-- AlterTable\nALTER TABLE "setting" ADD COLUMN     "note" TEXT;')
})

it('answers the SQL for an index that only the migrations have', async () => {
  const rest = '  @@index([workspaceId, at])\n  @@map("audit_event")'
  const changed = SCHEMA.replace(`  @@index([at])\n${rest}`, rest)

  expect(await diff(changed)).toBe('-- DropIndex\nDROP INDEX "audit_event_at_idx";')
})

it('drops the shadow databases it made', async () => {
  await diff(SCHEMA)
  const { host, user } = inject('postgres')
  const client = new pg.Client({ host, user, database: 'postgres' })
  await client.connect()
  const { rows } = await client.query(`select datname from pg_database where datname like 'prisma_migrate_shadow%'`)
  await client.end()

  expect(rows).toEqual([])
})
