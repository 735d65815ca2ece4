import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts'

let directory: string
let running: EmbeddedPostgres[]

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'pairloom-embedded-'))
  running = []
})

afterEach(async () => {
  for (const postgres of running) await postgres.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ directory, ...options })
  running.push(postgres)
  return postgres
}

async function query<Row extends pg.QueryResultRow>(postgres: EmbeddedPostgres, sql: string): Promise<Row[]> {
  const client = new pg.Client(postgres.connection)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Starts the fixture and answers once it has had `rows` commits acknowledged. */
async function startServer(rows: number): Promise<{ child: ChildProcess; postmaster: number; acknowledged: string[] }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'embedded-postgres.fixture.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('The fixture has no output.')
  const acknowledged: string[] = []
  let postmaster = 0
  const lines = createInterface(child.stdout)
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The fixture ended by itself.')))
    lines.on('line', (line) => {
      const [kind, value = ''] = line.split(' ')
      if (kind === 'postmaster') postmaster = Number(value)
      else acknowledged.push(value)
      if (acknowledged.length === rows) resolve()
    })
  })
  return { child, postmaster, acknowledged }
}

it('keeps its rows over an orderly stop and listens on no port', async () => {
  const first = await start()
  await query(first, 'create table kept as select 1 as n')
  await first.stop()

  const second = await start()
  expect(await query(second, 'select n from kept')).toEqual([{ n: 1 }])
  expect(await query(second, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(statSync(second.connection.host).mode & 0o777).toBe(0o700)
})

it('loses no acknowledged row when its server is killed while writing, and starts again at once', async () => {
  const server = await startServer(200)
  server.child.kill('SIGKILL')
  await once(server.child, 'exit')

  const next = await start()
  expect(next.pid()).not.toBe(server.postmaster)
  const rows = await query<{ n: string }>(next, 'select n from acknowledged')
  const kept = new Set(rows.map(({ n }) => n))
  expect(server.acknowledged.length).toBeGreaterThanOrEqual(200)
  expect(server.acknowledged.filter((n) => !kept.has(n))).toEqual([])
})

it('ends a PostgreSQL that outlived its server before it starts its own', async () => {
  const server = await startServer(1)
  // Stopped, it cannot act on the signal that follows its server's death: an orphan, as where setpriv is missing.
  process.kill(server.postmaster, 'SIGSTOP')
  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  setTimeout(() => process.kill(server.postmaster, 'SIGCONT'), 300)

  const next = await start()
  expect(next.pid()).not.toBe(server.postmaster)
  expect(await query(next, 'select count(*) > 0 as kept from acknowledged')).toEqual([{ kept: true }])
})

it('starts on the file of a postmaster whose machine lost power', async () => {
  const server = await startServer(1)
  process.kill(server.postmaster, 'SIGKILL')
  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  expect(existsSync(path.join(directory, 'data', 'postmaster.pid'))).toBe(true)

  const next = await start()
  expect(await query(next, 'select count(*) > 0 as kept from acknowledged')).toEqual([{ kept: true }])
})

it('refuses a data folder that a living server uses, and leaves that server alone', async () => {
  const first = await start()

  await expect(startEmbeddedPostgres({ directory })).rejects.toThrow('Another server is using the database')
  expect(await query(first, 'select 1 as n')).toEqual([{ n: 1 }])
})

it('starts PostgreSQL again when it dies by itself', async () => {
  const crashed = Promise.withResolvers<string>()
  const postgres = await start({ onCrash: crashed.resolve })
  await query(postgres, 'create table kept as select 7 as n')
  const before = postgres.pid()
  process.kill(before, 'SIGKILL')

  expect(await crashed.promise).toContain('SIGKILL')
  await expect.poll(() => postgres.pid(), { timeout: 15_000 }).not.toBe(before)
  expect(await query(postgres, 'select n from kept')).toEqual([{ n: 7 }])
})

it('makes the cluster anew when the first attempt was cut off', async () => {
  const unfinished = path.join(directory, 'data.unfinished')
  mkdirSync(path.join(unfinished, 'base'), { recursive: true })

  const postgres = await start()
  expect(await query(postgres, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(existsSync(unfinished)).toBe(false)
})

it('puts its socket in a short folder when the data folder has a long path', async () => {
  const deep = path.join(directory, 'a'.repeat(60), 'b'.repeat(60))
  const postgres = await start({ directory: deep })

  expect(postgres.connection.host.startsWith(deep)).toBe(false)
  expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700)
  expect(await query(postgres, 'select 1 as n')).toEqual([{ n: 1 }])
  rmSync(postgres.connection.host, { recursive: true })
})

it('writes no row content to its log when a statement fails', async () => {
  const postgres = await start()
  await query(postgres, 'create table guarded (body text check (length(body) < 3))')

  await expect(query(postgres, `insert into guarded values ('private words')`)).rejects.toThrow('check constraint')
  const log = readFileSync(path.join(directory, 'postgres.log'), 'utf8')
  expect(log).toContain('violates check constraint')
  expect(log).not.toContain('private words')
})
