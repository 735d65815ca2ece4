import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const AGENT_MAIN = path.resolve(import.meta.dirname, '../../agent/main.ts')

export interface AgentFolders {
  readonly files: string
  readonly runtime: string
}

const pidFile = ({ runtime }: AgentFolders): string => path.join(runtime, 'agent.pid')

/** Starts an agent as a child process, with nothing of our environment but what it needs. */
export async function spawnAgent(options: {
  folders: AgentFolders
  serverUrl: string
  token: string
}): Promise<ChildProcess> {
  const { folders } = options
  await mkdir(folders.files, { recursive: true })
  const child = spawn(process.execPath, [AGENT_MAIN], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      PAIRLOOM_SERVER_URL: options.serverUrl,
      PAIRLOOM_AGENT_TOKEN: options.token,
      PAIRLOOM_ROOT: folders.files,
      PAIRLOOM_RUNTIME: folders.runtime,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A Ctrl-C at the console is the server's to handle: it ends its agents in order.
    detached: true,
  })
  if (child.pid !== undefined) await writeFile(pidFile(folders), String(child.pid))
  return child
}

/** The agent that an earlier server left running on these folders, by what the kernel knows of it; null elsewhere. */
export async function findOrphan(folders: AgentFolders): Promise<number | null> {
  try {
    const pid = Number(await readFile(pidFile(folders), 'utf8'))
    if (!Number.isSafeInteger(pid) || pid <= 1) return null
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    return environment.includes(`PAIRLOOM_RUNTIME=${folders.runtime}`) ? pid : null
  } catch {
    // No pid file, no such process, or no /proc: nothing that we could tell apart from a stranger's process.
    return null
  }
}

/** Ends a process that is not our child: asks, then insists. */
export async function endOrphan(pid: number, graceMs: number): Promise<void> {
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(pid, name)
    } catch {
      return false
    }
  }
  signal('SIGTERM')
  const deadline = Date.now() + graceMs
  while (signal(0) && Date.now() < deadline) await delay(20)
  signal('SIGKILL')
}

export const forgetPid = (folders: AgentFolders): Promise<void> => rm(pidFile(folders), { force: true })
