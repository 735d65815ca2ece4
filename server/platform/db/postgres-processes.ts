import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SOCKET_NAME, type PostgresFolders } from './postgres-folders.ts'

const POLL_MS = 10
const END_TIMEOUT_MS = 30_000

/** What postmaster.pid says, or undefined where there is none. */
export function readPostmaster(data: string): { readonly pid: number; readonly status: string } | undefined {
  try {
    const lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), status: (lines[7] ?? '').trim() }
  } catch {
    // No file: not running.
    return undefined
  }
}

/**
 * Ends what an earlier server left running on a cluster and waits until the last process is gone.
 * Only for the holder of the owner's lock, which knows that the earlier server itself is dead.
 */
export async function endPredecessor({ data, sockets }: PostgresFolders): Promise<void> {
  if (!existsSync(data)) return
  const pid = readPostmaster(data)?.pid
  // SIGINT: roll back what is open, write out, exit.
  if (pid !== undefined && isRunningOn(data, pid)) process.kill(pid, 'SIGINT')
  const deadline = performance.now() + END_TIMEOUT_MS
  while (isInUse(data, pid)) {
    if (performance.now() > deadline) {
      throw new Error(`The PostgreSQL of an earlier server still works in ${data}. End it and start again.`)
    }
    await delay(POLL_MS)
  }
  // PostgreSQL takes a number that meanwhile went to a stranger, or to a process that nobody buried, for itself.
  // Where the system showed that no process works in the folder, its locks are surely stale.
  if (process.platform !== 'linux') return
  rmSync(path.join(data, 'postmaster.pid'), { force: true })
  rmSync(path.join(sockets, `${SOCKET_NAME}.lock`), { force: true })
}

function isInUse(data: string, postmaster: number | undefined): boolean {
  if (process.platform !== 'linux') return postmaster !== undefined && isRunningOn(data, postmaster)
  // Backends outlive a killed postmaster by a moment, and two generations on one cluster would destroy it.
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && isRunningOn(data, Number(entry)))
}

/** Numbers are given anew, so what counts is the folder: a process of PostgreSQL works in that of its cluster. */
function isRunningOn(data: string, pid: number): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(data)
  } catch {
    // Gone, a zombie, or another account's: not one of ours.
    return false
  }
}
