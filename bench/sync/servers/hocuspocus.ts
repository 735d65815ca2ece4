/**
 * Hocuspocus with its defaults; with a SQLite file where SQLITE names one. The store goes through its own Database
 * extension and Node's SQLite: better-sqlite3, which its SQLite extension uses, crashes this Node when a statement
 * is collected. What is stored, and when, is the extension's own doing either way.
 */
import { createRequire } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import { answerGc } from './common.ts'

interface HocuspocusServer {
  listen(port: number): Promise<unknown>
  readonly address: { port: number }
}
interface Stored {
  documentName: string
  state: Uint8Array
}
interface DatabaseOptions {
  fetch: (data: { documentName: string }) => Promise<Uint8Array | null>
  store: (data: Stored) => Promise<void>
}
const require = createRequire(new URL('../../peers/package.json', import.meta.url))
const { Server } = require('@hocuspocus/server') as { Server: new (options: object) => HocuspocusServer }
const { Database } = require('@hocuspocus/extension-database') as { Database: new (options: DatabaseOptions) => object }

function sqliteExtension(file: string): object {
  const database = new DatabaseSync(file)
  database.exec('create table if not exists documents (name text primary key, data blob not null)')
  const read = database.prepare('select data from documents where name = ?')
  const write = database.prepare(
    'insert into documents (name, data) values (?, ?) on conflict (name) do update set data = excluded.data',
  )
  return new Database({
    fetch: ({ documentName }) => Promise.resolve((read.get(documentName)?.['data'] as Uint8Array | undefined) ?? null),
    store({ documentName, state }) {
      write.run(documentName, state)
      return Promise.resolve()
    },
  })
}

const file = process.env['SQLITE']
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  extensions: file ? [sqliteExtension(file)] : [],
})
await server.listen(0)
console.log(`listening ${server.address.port}`)
answerGc()
process.once('SIGTERM', () => process.exit(0))
