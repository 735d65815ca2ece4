import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { SERVER_FLAGS } from '#server/node-flags.ts'
import { residentBytes, treeMeter } from '../process-usage.ts'

/** How a server frames the y-protocols messages; `hocuspocus` leads each with the document's name. */
export type Framing = 'y-websocket' | 'hocuspocus'

export interface Subject {
  readonly name: string
  readonly script: string
  /** How its Node runs, where its maker says so. */
  readonly flags?: readonly string[]
  readonly framing: Framing
  readonly acknowledges: boolean
  readonly keepsDocuments: boolean
  env(dataDir: string): Record<string, string>
}

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'floor: bare relay',
    script: 'relay.ts',
    framing: 'y-websocket',
    acknowledges: false,
    keepsDocuments: false,
    env: () => ({}),
  },
  {
    name: 'y-websocket 2.1.0, memory',
    script: 'y-websocket.ts',
    framing: 'y-websocket',
    acknowledges: false,
    keepsDocuments: true,
    env: () => ({}),
  },
  {
    name: 'y-websocket 2.1.0 + LevelDB',
    script: 'y-websocket.ts',
    framing: 'y-websocket',
    acknowledges: false,
    keepsDocuments: true,
    env: (dir) => ({ YPERSISTENCE: dir }),
  },
  {
    name: 'Hocuspocus 4.7.0, memory',
    script: 'hocuspocus.ts',
    framing: 'hocuspocus',
    acknowledges: false,
    keepsDocuments: true,
    env: () => ({}),
  },
  {
    name: 'Hocuspocus 4.7.0 + SQLite',
    script: 'hocuspocus.ts',
    framing: 'hocuspocus',
    acknowledges: false,
    keepsDocuments: true,
    env: (dir) => ({ SQLITE: path.join(dir, 'hocuspocus.db') }),
  },
  {
    name: 'ours, every edit committed',
    script: 'pairloom.ts',
    flags: SERVER_FLAGS,
    framing: 'y-websocket',
    acknowledges: true,
    keepsDocuments: true,
    env: (dir) => ({ BENCH_DATA: dir }),
  },
]

export interface RunningSubject {
  readonly subject: Subject
  documentUrl(name: string): string
  /** CPU seconds so far: of the server alone, and with everything it started (PostgreSQL). */
  cpu(): { server: number; all: number }
  /** RSS of the server process in bytes, after a garbage collection. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** Starts a subject pinned to the first core; the load runs on the other. */
export async function startSubject(subject: Subject): Promise<RunningSubject> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-'))
  const script = path.join(import.meta.dirname, 'servers', subject.script)
  const flags = ['--expose-gc', ...(subject.flags ?? []), ...profiling()]
  const child = spawn('taskset', ['-c', '0', process.execPath, ...flags, script], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...subject.env(dataDir) },
  })
  const port = await portOf(child)
  const pid = child.pid ?? 0
  const measureCpu = treeMeter(pid)
  return {
    subject,
    documentUrl: (name) =>
      subject.framing === 'hocuspocus' ? `ws://127.0.0.1:${port}` : `ws://127.0.0.1:${port}/sync/${name}?ack=1`,
    cpu() {
      const { root, all } = measureCpu()
      return { server: root, all }
    },
    async memory() {
      child.send('gc')
      await once(child, 'message')
      return residentBytes(pid)
    },
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** `BENCH_PROFILE=DIR` leaves a CPU profile of each server there. */
const profiling = (): string[] =>
  process.env['BENCH_PROFILE'] ? ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`] : []

/** A server tells its port in one line, `listening PORT`. */
async function portOf(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('no stdout')
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^listening (\d+)$/.exec(line)
    if (match) {
      child.stdout.resume()
      return Number(match[1])
    }
  }
  throw new Error('the server ended before it listened')
}
