import { mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { answerCalls } from './answer-calls.ts'
import { createCommits } from './documents/commits.ts'
import { createDocuments } from './documents/documents.ts'
import { readAgentEnv } from './env.ts'
import { createFileCalls } from './fs/file-calls.ts'
import { createDisk } from './fs/real-disk.ts'
import { createTrash } from './fs/trash.ts'
import { createUploads } from './fs/uploads.ts'
import { serveTerminals } from './pty/serve-terminals.ts'
import { connectToServer, createOriginCalls, createServerCalls, isFinalRefusal } from './server-link.ts'
import { createMuxLink } from './sync/mux-link.ts'
import { createCauses } from './tree/causes.ts'
import { cutEntries } from './tree/cut-delta.ts'
import { createTree } from './tree/tree.ts'

/** Without a server for this long after its process ended, nobody will come back for us. */
const ORPHAN_MS = 60_000
const STOP_MS = 5_000
/** A command waits so long for what was just typed in an editor. */
const SETTLE_MS = 300

/** One JSON object a line, as the server logs; the server passes it on. */
const log = (level: 'info' | 'warn' | 'error', message: string, facts: object = {}): void => {
  process.stderr.write(`${JSON.stringify({ level, msg: message, ...facts })}\n`)
}
const logError = (error: unknown): void => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
  log('error', 'unexpected', { error: message, stack })
}

// Loaded so that Node keeps what it made of the code.
if (process.argv.includes('--load-only')) process.exit(0)
const env = readAgentEnv()
mkdirSync(env.root, { recursive: true })
mkdirSync(env.runtime, { recursive: true, mode: 0o700 })
const root = realpathSync(env.root)
const runtime = realpathSync(env.runtime)
let isServerGone = false

const trash = createTrash({ root, runtime })
const uploads = await createUploads({ root, runtime })
const disk = await createDisk(root, runtime)
// Nothing may be awaited between connecting and answering: a call that comes in between is heard by nobody.
const socket = connectToServer(env)
const calls = createServerCalls(socket)
const link = createMuxLink({ url: `${env.serverUrl.replace(/^http/, 'ws')}/sync`, token: env.token })
const causes = createCauses(root)
const origins = { calls: createOriginCalls(socket), commits: createCommits({ root, disk, path: env.path }) }
const documents = createDocuments({ disk, link, calls, origins, onOwn: causes.own, onError: logError })
const files = createFileCalls(root)
answerCalls({
  socket,
  files,
  trash,
  uploads,
  documents,
  onOwn: causes.own,
  onStop: () => stop(0),
  onError: logError,
})
const terminals = serveTerminals({
  socket,
  root,
  files,
  home: path.join(runtime, 'home'),
  path: env.path,
  // A command runs with what is on the disk, where that could not be brought up to date.
  settle: () => documents.settle('all', SETTLE_MS).catch(logError),
  onError: logError,
})

const startedAt = performance.now()
const tree = await createTree(
  root,
  {
    onDelta: (delta) => {
      // What is missed while away comes with the snapshot after the return.
      if (socket.connected) socket.emit('tree.delta', delta)
    },
    onRenamed: (moves) => {
      for (const { from, to } of moves) documents.moved(from, to)
    },
    onTouched: (paths) => documents.touched(paths),
    onPolling: (folders, code) => log('warn', 'folders are polled, as they cannot be watched', { folders, code }),
  },
  { causes },
)

const sendTree = (): void => {
  const { revision, entries } = tree.snapshot()
  for (const part of cutEntries(entries)) socket.emit('tree.part', { revision, entries: part })
  socket.emit('tree.snapshot', { revision, entries: [] })
}
log('info', 'tree ready', { entries: tree.snapshot().entries.length, ms: Math.round(performance.now() - startedAt) })

let stopping = false
function stop(code: number): void {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(code), STOP_MS)
  tree.close()
  Promise.all([documents.close(), terminals.closeAll()])
    .catch(logError)
    .finally(() => {
      link.close()
      socket.disconnect()
      process.exit(code)
    })
}

let awaySince = Date.now()
setInterval(() => {
  if (!socket.connected && isServerGone && Date.now() - awaySince > ORPHAN_MS) stop(0)
}, 1_000)
// The server holds its other end and says nothing: in a sandbox there is no parent whose end could be seen.
process.stdin.on('close', () => (isServerGone = true)).on('error', () => {})
process.stdin.resume()
socket.on('connect', sendTree)
socket.on('disconnect', (reason) => {
  awaySince = Date.now()
  uploads.abortAll().catch(logError)
  // Closed by the server on purpose: another generation has taken over.
  if (reason === 'io server disconnect') stop(0)
})
socket.on('connect_error', (error) => {
  if (isFinalRefusal(error)) stop(0)
})
if (socket.connected) sendTree()
trash.sweep(Date.now()).catch(logError)
// The server that reads our log may be gone while we wait for the next one.
process.stderr.on('error', () => {})
process.on('SIGTERM', () => stop(0))
process.on('SIGINT', () => stop(0))
process.on('unhandledRejection', (error) => {
  logError(error)
  process.exit(1)
})
