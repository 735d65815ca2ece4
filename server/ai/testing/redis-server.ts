import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

export interface RedisServer {
  readonly url: string
  /** At once, as a machine that falls; what it held is gone. */
  kill(): Promise<void>
  /** On the same port, empty. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A real Redis on a free port, without anything on disk. Fails with the command that installs it. */
export async function startRedisServer(): Promise<RedisServer> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-redis-'))
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  let child: ChildProcess | null = null

  const start = async (): Promise<void> => {
    const starting = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] })
    child = starting
    await new Promise<void>((resolve, reject) => {
      starting.once('error', () => reject(new Error('Redis is missing. Install it: apt-get install redis-server')))
      starting.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
      createInterface({ input: starting.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve()
      })
    })
  }
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
