import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { SERVER_ENV, SERVER_FLAGS } from '#server/node-flags.ts'

export const ROOT = path.resolve(import.meta.dirname, '../..')
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 20_000

export interface Product {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** of the server; another one after `restart()` */
  readonly pid: number
  /** every line the servers of this data folder printed */
  readonly log: readonly string[]
  /** Sends the signal to the server alone and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts the server again on the same port and data; ends a running one in order first. */
  restart(): Promise<void>
  /** Ends everything and removes the data. Throws where SIGTERM did not end the server. */
  stop(): Promise<void>
}

export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly dataDir?: string
}

/** The real server in a process of its own, on a free port, with a data folder and a PostgreSQL of its own. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'pairloom-e2e-')))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const log: string[] = []
  const spawnServer = () => {
    const child = spawnMain({ ...options.env, PORT: String(port), PUBLIC_URL: url, DATA_DIR: dataDir })
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => log.push(line))
    }
    return child
  }

  let child = spawnServer()
  const start = async () => {
    try {
      await waitUntilReady(child, `http://127.0.0.1:${port}/readyz`)
    } catch (error) {
      await end(child, 'SIGKILL')
      throw new Error(`the product did not start:\n${log.slice(-40).join('\n')}`, { cause: error })
    }
  }
  await start()

  return {
    url,
    port,
    dataDir,
    get pid() {
      return child.pid ?? -1
    },
    log,
    kill: (signal) => end(child, signal),
    async restart() {
      await end(child, 'SIGTERM')
      child = spawnServer()
      await start()
    },
    async stop() {
      const isKilled = child.exitCode === null && child.signalCode === null ? await endInOrder(child) : false
      endOrphans(dataDir)
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
      if (isKilled) throw new Error(`SIGTERM did not end the server within ${STOP_TIMEOUT_MS} ms`)
    },
  }
}

/** The server as `npm start` runs it, with these settings and nothing of this shell's own but what a process needs. */
export function spawnMain(env: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '', HOME = '/', LANG = 'C.UTF-8' } = process.env
  return spawn(process.execPath, [...SERVER_FLAGS, 'server/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, LANG, ...SERVER_ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs the server with settings it must refuse: how it ended and what it said. Killed when it starts after all. */
export async function runRefused(
  env: Readonly<Record<string, string>>,
  timeoutMs = 20_000,
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawnMain(env)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const timer = setTimeout(() => child.kill('SIGTERM'), timeoutMs)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, output }
}

/** Builds what `npm start` builds before the server; a moment's work where nothing changed. */
export async function prepareProduct(): Promise<void> {
  const child = spawn(process.execPath, ['scripts/prepare-start.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`scripts/prepare-start.ts ended with ${code}`)
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function waitUntilReady(child: ChildProcess, readyUrl: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`ended with ${child.exitCode ?? child.signalCode}`)
    const answer = await fetch(readyUrl).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) return
    await delay(50)
  }
  throw new Error(`not ready within ${START_TIMEOUT_MS} ms`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

async function endInOrder(child: ChildProcess): Promise<boolean> {
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await end(child, 'SIGTERM')
  clearTimeout(timer)
  return child.signalCode === 'SIGKILL'
}

/** The process id of the product's own PostgreSQL, or null while it is not running. */
export function postgresPid(dataDir: string): number | null {
  try {
    const first = readFileSync(path.join(postgresData(dataDir), 'postmaster.pid'), 'utf8').split('\n')[0]
    return Number(first)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const postgresData = (dataDir: string) => path.join(dataDir, 'postgres', 'data')

/** A PostgreSQL or an agent whose server was killed has nobody left to end it. */
function endOrphans(dataDir: string): void {
  for (const pid of [postgresPid(dataDir), ...agentPids(dataDir)]) {
    try {
      if (pid !== null) process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** Agents note their process id beside their files; a number that now means another process is left alone. */
export function agentPids(dataDir: string): number[] {
  const workspaces = path.join(dataDir, 'workspaces')
  if (!existsSync(workspaces)) return []
  return readdirSync(workspaces).flatMap((id) => {
    const runtime = path.join(workspaces, id, 'runtime')
    const file = path.join(runtime, 'agent.pid')
    if (!existsSync(file)) return []
    const pid = readFileSync(file, 'utf8').trim()
    const environment = path.join('/proc', pid, 'environ')
    return existsSync(environment) && readFileSync(environment, 'utf8').includes(runtime) ? [Number(pid)] : []
  })
}
