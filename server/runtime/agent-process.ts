import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import type { Isolation } from '#shared/protocol/terminal.ts'
import { AppError } from '#shared/errors.ts'
import { AGENT_COMMAND, COMPILED_AGENT } from './agent-command.ts'
import { SYSTEM_PATH } from './find-sandbox.ts'
import { INFO_FD, type Sandbox } from './sandbox.ts'

const NOTE_BYTES = 64

export interface AgentFolders {
  readonly files: string
  readonly runtime: string
}

export interface AgentProcess {
  readonly child: ChildProcess
  /** of the process whose end is everything's end: the agent's own, or the first one in its sandbox */
  readonly started: Promise<number | null>
}

const pidFile = ({ runtime }: AgentFolders): string => path.join(runtime, 'agent.pid')

/**
 * What a short file of ours in the runtime folder says. Programs of the workspace write there too: a link in its place
 * is not followed, and a pipe does not hold us up.
 */
export async function readNote(file: string): Promise<string | null> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(NOTE_BYTES), 0, NOTE_BYTES, 0)
      return buffer.toString('utf8', 0, bytesRead).trim()
    } finally {
      await handle.close()
    }
  } catch {
    return null
  }
}

/** Called while no program of the workspace can change the folder under our hands. */
async function makeFolders({ files, runtime }: AgentFolders): Promise<void> {
  for (const folder of [files, runtime]) {
    await mkdir(folder, { recursive: true })
    // Made a link by a program, it would have us write wherever that points.
    if (!(await lstat(folder)).isDirectory()) throw new AppError('unavailable')
  }
}

/** Starts an agent as a child process, with nothing of our environment but what it needs, shut in where that works. */
export async function spawnAgent(options: {
  folders: AgentFolders
  serverUrl: string
  token: string
  sandbox: Sandbox | null
}): Promise<AgentProcess> {
  const { folders, sandbox } = options
  await makeFolders(folders)
  const [program = '', ...rest] = sandbox?.wrap(AGENT_COMMAND, path.dirname(folders.runtime)) ?? AGENT_COMMAND
  const child = spawn(program, rest, {
    env: {
      PATH: SYSTEM_PATH,
      // Each thread of the C library would keep a heap of its own.
      MALLOC_ARENA_MAX: '2',
      NODE_COMPILE_CACHE: COMPILED_AGENT,
      PAIRLOOM_SERVER_URL: options.serverUrl,
      PAIRLOOM_AGENT_TOKEN: options.token,
      PAIRLOOM_ROOT: folders.files,
      PAIRLOOM_RUNTIME: folders.runtime,
    },
    // The agent sees by the end of its input that this server ended. The last one is INFO_FD.
    stdio: ['pipe', 'ignore', 'pipe', sandbox === null ? 'ignore' : 'pipe'],
    // A Ctrl-C at the console is the server's to handle: it ends its agents in order.
    detached: true,
  })
  const started = sandbox === null ? Promise.resolve(child.pid ?? null) : firstInside(child)
  return { child, started: started.then((pid) => notePid(folders, pid)) }
}

async function notePid(folders: AgentFolders, pid: number | null): Promise<number | null> {
  if (pid === null) return null
  const fresh = `${pidFile(folders)}.new`
  await rm(fresh, { recursive: true, force: true })
  await writeFile(fresh, String(pid), { flag: 'wx' })
  await rename(fresh, pidFile(folders))
  return pid
}

/** The number, as we see it, of the process that is 1 inside; null where the sandbox did not come about. */
async function firstInside(child: ChildProcess): Promise<number | null> {
  let text = ''
  child.once('error', () => child.stdio[INFO_FD]?.destroy())
  try {
    for await (const bytes of child.stdio[INFO_FD] as Readable) text += String(bytes)
  } catch {
    return null
  }
  return Number(/"child-pid":\s*(\d+)/.exec(text)?.[1] ?? Number.NaN) || null
}

/** The agent that an earlier server left running on these folders, by what the kernel knows of it; null elsewhere. */
export async function findOrphan(folders: AgentFolders): Promise<number | null> {
  const pid = Number(await readNote(pidFile(folders)))
  if (!Number.isSafeInteger(pid) || pid <= 1) return null
  return (await isAgentOf(pid, folders)) ? pid : null
}

async function isAgentOf(pid: number, folders: AgentFolders): Promise<boolean> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    return environment.includes(`PAIRLOOM_RUNTIME=${folders.runtime}`)
  } catch {
    // No such process, or no /proc: nothing that we could tell apart from a stranger's process.
    return false
  }
}

/** Whether a process sees another file system than this server. */
export async function isolationOf(pid: number): Promise<Isolation> {
  // It ended, or there is no /proc: what cannot be seen to be isolated is not said to be.
  const namespaces = [pid, 'self'].map((of) => readlink(`/proc/${of}/ns/mnt`).catch(() => null))
  const [its, ours] = await Promise.all(namespaces)
  return its !== null && its !== ours ? 'bubblewrap' : 'none'
}

const signal = (pid: number, name: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/**
 * Asks an agent to end. Process 1 of a sandbox hears nothing but SIGKILL, so what it started first is asked: the agent.
 */
export async function askToEnd(pid: number): Promise<void> {
  const isInside = (await isolationOf(pid)) === 'bubblewrap'
  const children = isInside ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '') : ''
  const agent = Number(children.split(' ')[0])
  signal(isInside && agent > 1 ? agent : pid, 'SIGTERM')
}

/** Ends a process and, with a sandbox's first one, everything inside; only if it is still what it was. */
export async function killAgent(pid: number, folders: AgentFolders): Promise<void> {
  if (await isAgentOf(pid, folders)) signal(pid, 'SIGKILL')
}

/** Ends a process that is not our child: asks, then insists. */
export async function endOrphan(pid: number, graceMs: number): Promise<void> {
  await askToEnd(pid)
  const deadline = Date.now() + graceMs
  while (signal(pid, 0) && Date.now() < deadline) await delay(20)
  signal(pid, 'SIGKILL')
}

export const forgetPid = (folders: AgentFolders): Promise<void> => rm(pidFile(folders), { force: true })
