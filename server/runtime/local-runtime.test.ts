import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import type { AgentStatus } from './agent-slot.ts'
import { createLocalRuntime, type LocalRuntime } from './local-runtime.ts'

let database: TestDatabase
let folder: string
let workspaceId: WorkspaceId
let runtime: LocalRuntime
let statuses: AgentStatus[]
let heard: () => void
let isBusy = true
/** Answers every agent with 503: they stay, and try again. */
const server = createServer((_, res) => res.writeHead(503).end()).on('upgrade', (_, socket) => {
  // An agent may be killed in mid-question, and node:http lets go of a socket that is to be upgraded.
  socket.on('error', () => socket.destroy())
  socket.end('HTTP/1.1 503 x\r\n\r\n')
})

const start = (lingerMs = 60_000, absentMs = 60_000) =>
  createLocalRuntime({
    prisma: database.prisma,
    control: createControlBus(() => {}),
    folders: { files: () => path.join(folder, 'files'), runtime: () => path.join(folder, 'runtime') },
    serverUrl: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onStatus: (_, status) => {
      statuses.push(status)
      heard()
    },
    isBusy: () => isBusy,
    sayStop: () => {},
    sandbox: null,
    log: pino({ level: 'silent' }),
    lingerMs,
    absentMs,
  })

beforeAll(async () => {
  database = await createTestDatabase()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await database.close()
})
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-runtime-'))
  workspaceId = newId<WorkspaceId>()
  const volumeId = newId<string>()
  await mkdir(path.join(folder, 'runtime'))
  await writeFile(path.join(folder, 'runtime/volume-id'), volumeId)
  await database.prisma.workspace.create({ data: { id: workspaceId, name: 'w', volumeId } })
  statuses = []
  heard = () => {}
  isBusy = true
  runtime = start()
})
afterEach(async () => {
  await runtime.close()
  await rm(folder, { recursive: true, force: true })
})

const pid = async () => Number(await readFile(path.join(folder, 'runtime/agent.pid'), 'utf8'))
const isAlive = (id: number) =>
  access(`/proc/${id}/root`).then(
    () => true,
    () => false,
  )
const generation = async () =>
  (await database.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })).generation
const until = (isTrue: () => boolean) =>
  new Promise<void>((resolve) => {
    heard = () => isTrue() && resolve()
    heard()
  })

describe('the local runtime', () => {
  it('starts one agent however many ask at once, and ends it', async () => {
    await Promise.all([runtime.start(workspaceId), runtime.start(workspaceId), runtime.start(workspaceId)])
    expect([await generation(), runtime.agentStatus(workspaceId)]).toEqual([1, 'starting'])
    const agent = await pid()
    expect(await isAlive(agent)).toBe(true)
    await runtime.stop(workspaceId)
    expect([await isAlive(agent), runtime.agentStatus(workspaceId)]).toEqual([false, 'stopped'])
  })

  it('keeps of the token its hash alone, and only the newest one opens anything', async () => {
    await runtime.start(workspaceId)
    const environment = await readFile(`/proc/${await pid()}/environ`, 'utf8')
    const token = /PAIRLOOM_AGENT_TOKEN=([^\0]+)/.exec(environment)?.[1] ?? ''
    const [row] = await database.prisma.agentToken.findMany({ where: { workspaceId } })
    expect(row?.tokenHash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(row)).not.toContain(token)
    expect(await runtime.resolveAgent(`Bearer ${token}`)).toEqual({ type: 'agent', workspaceId, generation: 1 })
    await runtime.stop(workspaceId)
    await runtime.start(workspaceId)
    expect(await runtime.resolveAgent(`Bearer ${token}`)).toEqual({ type: 'anonymous' })
    expect(await runtime.resolveAgent('Basic abc')).toBeNull()
    expect(await runtime.resolveAgent(undefined)).toBeNull()
  })

  it('starts a killed agent again, as a new generation', async () => {
    await runtime.start(workspaceId)
    process.kill(await pid(), 'SIGKILL')
    await expect.poll(generation, { timeout: 10_000 }).toBe(2)
  })

  it('ends an agent that hangs, and starts another', async () => {
    await runtime.close()
    runtime = start(undefined, 300)
    await runtime.start(workspaceId)
    const agent = await pid()
    runtime.connected(workspaceId, 1)
    process.kill(agent, 'SIGSTOP')
    // What the door of agents says once it hears no answer to its pings.
    runtime.disconnected(workspaceId, 1)
    expect(runtime.agentStatus(workspaceId)).toBe('starting')
    await expect.poll(generation, { timeout: 10_000 }).toBe(2)
    // The number of the new one is noted a moment after its generation is.
    await expect.poll(pid, { timeout: 10_000 }).not.toBe(agent)
    expect(await isAlive(agent)).toBe(false)
  })

  it('waits for an agent that only lost its connection, and lets it be once it is back', async () => {
    await runtime.close()
    runtime = start(undefined, 300)
    await runtime.start(workspaceId)
    runtime.connected(workspaceId, 1)
    runtime.disconnected(workspaceId, 1)
    runtime.connected(workspaceId, 1)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect([await generation(), await isAlive(await pid()), runtime.agentStatus(workspaceId)]).toEqual([
      1,
      true,
      'running',
    ])
  })

  it('gives up an agent that ends again and again, and tries anew when somebody asks', async () => {
    runtime.connected(workspaceId, 0)
    await runtime.stop(workspaceId)
    await database.prisma.workspace.update({ where: { id: workspaceId }, data: { deletedAt: new Date() } })
    await expect(runtime.start(workspaceId)).rejects.toMatchObject({ code: 'not_found' })
    expect(runtime.agentStatus(workspaceId)).toBe('failed')
    await database.prisma.workspace.update({ where: { id: workspaceId }, data: { deletedAt: null } })
    await runtime.start(workspaceId)
    expect(runtime.agentStatus(workspaceId)).toBe('starting')
  })

  it('refuses a folder that is not the one the database means', async () => {
    await writeFile(path.join(folder, 'runtime/volume-id'), 'another')
    await expect(runtime.start(workspaceId)).rejects.toMatchObject({ code: 'wrong_volume' })
    expect(await generation()).toBe(0)
  })

  it('ends an agent that nobody needs any more', async () => {
    await runtime.close()
    runtime = start(200)
    await runtime.start(workspaceId)
    const agent = await pid()
    isBusy = false
    await until(() => statuses.at(-1) === 'stopped')
    expect(await isAlive(agent)).toBe(false)
  })

  it('ends an agent of an earlier server that does not come back, and leaves strangers alone', async () => {
    const sleeper = (environment: Record<string, string>) =>
      spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', ...environment }, stdio: 'ignore' })
    const stranger = sleeper({})
    await writeFile(path.join(folder, 'runtime/agent.pid'), String(stranger.pid))
    await runtime.start(workspaceId)
    await runtime.stop(workspaceId)
    expect(stranger.signalCode).toBeNull()
    stranger.kill()
    const orphan = sleeper({ PAIRLOOM_RUNTIME: path.join(folder, 'runtime') })
    await writeFile(path.join(folder, 'runtime/agent.pid'), String(orphan.pid))
    const gone = once(orphan, 'exit')
    await runtime.start(workspaceId)
    await gone
    expect(await pid()).not.toBe(orphan.pid)
  })

  it('keeps an agent of an earlier server that comes back', async () => {
    const orphan = spawn('sleep', ['60'], {
      env: { PATH: '/usr/bin:/bin', PAIRLOOM_RUNTIME: path.join(folder, 'runtime') },
      stdio: 'ignore',
    })
    await writeFile(path.join(folder, 'runtime/agent.pid'), String(orphan.pid))
    const starting = runtime.start(workspaceId)
    runtime.connected(workspaceId, 0)
    await starting
    expect([await generation(), runtime.agentStatus(workspaceId), orphan.signalCode]).toEqual([0, 'running', null])
    const gone = once(orphan, 'exit')
    await runtime.stop(workspaceId)
    await gone
    expect(runtime.agentStatus(workspaceId)).toBe('stopped')
  })
})
