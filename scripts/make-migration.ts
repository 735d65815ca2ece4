/** `npm run make-migration -- NAME`: writes what prisma/schema.prisma has and the migrations lack as the next one. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readMigrations } from '#prisma/migrate.ts'
import { findDrift } from './drift.ts'

const name = process.argv[2]
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Name the migration in lower case: npm run make-migration -- add_comments')
  process.exit(2)
}

const sql = await findDrift()
if (sql === '') {
  console.log('The migrations already make what the schema says.')
} else {
  const migrations = path.join(import.meta.dirname, '..', 'prisma', 'migrations')
  const folder = path.join(migrations, `${String(readMigrations().length + 1).padStart(4, '0')}_${name}`)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'migration.sql'), `${sql}\n`)
  console.log(`Wrote ${path.relative(process.cwd(), folder)}/migration.sql. Read it before you commit it.`)
}
