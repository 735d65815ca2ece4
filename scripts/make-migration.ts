/** `npm run make-migration -- NAME`: writes what prisma/schema.prisma has and the migrations lack as the next one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readMigrations } from '#prisma/migrate.ts'
import { diffFromMigrations } from './schema-engine.ts'
import { withPostgres } from './with-postgres.ts'

const prisma = path.join(import.meta.dirname, '..', 'prisma')
const name = process.argv[2]
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Name the migration in lower case: npm run make-migration -- add_comments')
  process.exit(2)
}

const schema = readFileSync(path.join(prisma, 'schema.prisma'), 'utf8')
const migrations = readMigrations()
const sql = await withPostgres((connection) => diffFromMigrations(connection, migrations, schema))
if (sql === '') {
  console.log('The migrations already make what the schema says.')
} else {
  const folder = path.join(prisma, 'migrations', `${String(migrations.length + 1).padStart(4, '0')}_${name}`)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'migration.sql'), `${sql}\n`)
  console.log(`Wrote ${path.relative(process.cwd(), folder)}/migration.sql. Read it before you commit it.`)
}
