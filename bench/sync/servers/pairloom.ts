/**
 * Our sync engine as the product runs it: its document log on an embedded PostgreSQL with fsync on, behind the
 * product's own WebSocket door. Documents are made and seeded on first use; everyone may edit, as with the peers.
 */
import { createServer } from 'node:http'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { applyMigrations } from '#prisma/migrate.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded-postgres.ts'
import { newId } from '#server/platform/tokens.ts'
import { createPostgresLog } from '#server/sync/log/postgres-log.ts'
import { createSync } from '#server/sync/sync.ts'
import { createSyncUpgrade } from '#server/sync/websocket-door.ts'
import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import { answerGc } from './common.ts'

const postgres = await startEmbeddedPostgres({ directory: path.join(process.env['BENCH_DATA'] ?? '', 'postgres') })
await applyMigrations(postgres.connection)
const pool = new pg.Pool({ ...postgres.connection, max: 10 })
// PostgreSQL ends its idle connections when the bench stops it.
pool.on('error', () => undefined)
const workspaceId = newId<WorkspaceId>()
await pool.query('insert into workspace (id, name, volume_id) values ($1, $2, $1)', [workspaceId, 'bench'])

const sync = createSync({
  log: createPostgresLog(pool),
  authorize: (actor) =>
    Promise.resolve({
      status: 'ok',
      canWrite: true,
      user: { id: actor.type === 'user' ? actor.userId : '', name: 'bench', color: 1, role: 'editor', kind: 'person' },
      workspaceId,
      epoch: 1,
    }),
  onSeedNeeded: (documentId) => void sync.seed(documentId, '', 'bench'),
  onActivity: () => {},
  control: { subscribe: () => () => {} },
  logger: pino({ level: 'error' }, pino.destination(2)),
  // The load sends a person's year of typing in two seconds: the rate that protects a server from one client is off.
  limits: { messagesPerSecond: 1e9, messageBurst: 1e9, bytesPerSecond: 1e12, socketsPerUser: 1e6 },
})
const upgrade = createSyncUpgrade(sync)
const made = new Map<string, Promise<DocumentId>>()

/** A document of this name, made when somebody first asks for it. */
function documentOf(name: string): Promise<DocumentId> {
  const known = made.get(name)
  if (known) return known
  const making = makeDocument(name)
  made.set(name, making)
  return making
}
async function makeDocument(name: string): Promise<DocumentId> {
  const id = newId<DocumentId>()
  await pool.query('insert into document (id, workspace_id, path, real_path) values ($1, $2, $3, $3)', [
    id,
    workspaceId,
    name,
  ])
  await pool.query('insert into document_head (document_id) values ($1)', [id])
  await sync.seed(id, '', 'bench')
  return id
}

const server = createServer()
server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url ?? '/', 'http://bench')
  const ids = { userId: newId<UserId>(), sessionId: newId<SessionId>() }
  const actor: Actor = { type: 'user', ...ids, name: 'bench', color: 1, isPlatformAdmin: false, isSuspended: false }
  void documentOf(url.pathname.slice('/sync/'.length)).then((id) =>
    upgrade(request, socket, head, actor, `/sync/${id}${url.search}`),
  )
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`listening ${address.port}`)
})
answerGc()
process.once(
  'SIGTERM',
  () =>
    void sync
      .shutdown()
      .then(() => pool.end())
      .then(() => postgres.stop())
      .then(() => process.exit(0)),
)
