import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { claimOwnership } from './owner-lock.ts'
import { choosePostgresAccount, type PostgresAccount } from './postgres-account.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { makeSocketFolder, postgresFolders, type PostgresFolders } from './postgres-folders.ts'
import { endPredecessor, readPostmaster } from './postgres-processes.ts'

const SUPERUSER = 'app'
const POLL_MS = 10
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000
const RESTART_DELAY_MS = 200
const LOG_LIMIT_BYTES = 5_000_000

const SETTINGS = {
  // Only this machine's sockets: no port to guard, no password to lose.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  // Rows may hold people's source text; the log must not.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

export interface EmbeddedPostgres {
  /** How pg connects; the database exists. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string }
  /** The postmaster's process id; another one after a crash. */
  pid(): number
  /** Ends PostgreSQL in order and gives the folder free. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its sockets and its log. One server at a time. */
  readonly directory: string
  readonly database?: string
  /** More settings, such as `{ fsync: 'off' }` where durability does not matter. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told when PostgreSQL dies by itself, each time, before it is started again. */
  readonly onCrash?: (reason: string) => void
}

/**
 * Starts PostgreSQL on a socket in `directory`, makes the cluster and the database where they are missing,
 * ends what a killed server left behind, and starts PostgreSQL again whenever it dies.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folders = postgresFolders(options.directory)
  const binaries = await findPostgresBinaries()
  mkdirSync(options.directory, { recursive: true })
  const account = choosePostgresAccount({ program: binaries.postgres, directory: path.resolve(options.directory) })
  makeSocketFolder(folders.sockets, account)
  const lock = await claimOwnership(path.join(folders.sockets, 'owner'))
  try {
    await endPredecessor(folders)
    await makeCluster(folders, binaries, account)
    const supervised = await supervise(
      () => launch(folders, binaries, account, options.settings ?? {}),
      options.onCrash,
    )
    const connection = { host: folders.sockets, user: SUPERUSER, database: options.database ?? 'pairloom' }
    await makeDatabase(connection)
    return {
      connection,
      pid: supervised.pid,
      async stop() {
        await supervised.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function makeCluster(folders: PostgresFolders, binaries: PostgresBinaries, account: PostgresAccount) {
  if (existsSync(folders.data)) return
  rmSync(folders.unfinishedData, { recursive: true, force: true })
  mkdirSync(folders.unfinishedData, { mode: 0o700 })
  account.own(folders.unfinishedData)
  const { program, args, options } = account.command(binaries.initdb, [
    ...['-D', folders.unfinishedData, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ])
  const child = spawn(program, args, { ...options, cwd: '/', env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`PostgreSQL could not make its data folder: ${output.slice(-600)}`)
  // A half-made cluster looks like a whole one, so it gets its name only when it is complete and on the disk.
  renameSync(folders.unfinishedData, folders.data)
}

async function launch(
  folders: PostgresFolders,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { program, args, options } = account.command(binaries.postgres, [
    ...['-D', folders.data, '-k', folders.sockets],
    ...flags,
  ])
  const log = openLog(folders.log)
  // A group of its own: Ctrl+C in a terminal must reach the server alone, which ends PostgreSQL last.
  const child = spawn(program, args, {
    ...options,
    cwd: '/',
    env: environment(),
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  let failure: string | undefined
  child.once('error', (error) => (failure = error.message))
  child.once('exit', (code, signal) => (failure = `exit ${code ?? signal}`))
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    if (failure !== undefined) throw new Error(`PostgreSQL did not start (${failure}): ${logTail(folders.log)}`)
    const postmaster = readPostmaster(folders.data)
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return child
    if (performance.now() > deadline) {
      child.kill('SIGQUIT')
      throw new Error(`PostgreSQL was not ready within ${START_TIMEOUT_MS} ms: ${logTail(folders.log)}`)
    }
    await delay(POLL_MS)
  }
}

async function supervise(start: () => Promise<ChildProcess>, onCrash?: (reason: string) => void) {
  let child = await start()
  let stopping = false
  let restarting = Promise.resolve()
  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      onCrash?.(`PostgreSQL ended by itself (${code ?? signal})`)
      restarting = restart()
    })
  }
  const restart = async (): Promise<void> => {
    while (!stopping) {
      // Its orphaned backends need a moment to notice; until then a new postmaster refuses their memory.
      await delay(RESTART_DELAY_MS)
      try {
        child = await start()
        watch()
        return
      } catch (error) {
        onCrash?.(error instanceof Error ? error.message : String(error))
      }
    }
  }
  watch()
  return {
    pid: () => child.pid ?? 0,
    async stop() {
      stopping = true
      await restarting
      await end(child)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGINT')
  // SIGQUIT skips the last checkpoint: the next start recovers from the log, so nothing committed is lost.
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS)
  await gone
  clearTimeout(timer)
}

async function makeDatabase(connection: { host: string; user: string; database: string }): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [connection.database])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(connection.database)}`)
  } finally {
    await client.end()
  }
}

function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`)
  const fd = openSync(file, 'a', 0o600)
  chmodSync(file, 0o600)
  return fd
}

function logTail(file: string): string {
  return readFileSync(file, 'utf8').slice(-600)
}

/** PostgreSQL gets no part of our environment, where secrets are. */
function environment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' }
}
