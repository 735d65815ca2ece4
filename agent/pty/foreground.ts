import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { TERMINAL_MARK } from './shell.ts'

interface ProcessFacts {
  readonly session: number
  /** the process group in the foreground of its terminal */
  readonly foreground: number
}

const TITLE_CHARS = 60

/** The fields after the name in parentheses, which may itself hold anything. */
function factsOf(pid: number): ProcessFacts | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // Ended, and only its parent has not heard yet.
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    return { session: Number(fields[3]), foreground: Number(fields[5]) }
  } catch {
    // Gone, or there is no /proc here.
    return null
  }
}

const nameOf = (pid: number): string | null => {
  try {
    const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    // npm and others write a whole sentence there.
    const name = path.basename(program.split(' ')[0] ?? '').replace(/^-/, '')
    return name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').slice(0, TITLE_CHARS) || null
  } catch {
    return null
  }
}

/** The program in front of the shell of this pid, or the shell itself. */
export function foregroundOf(shellPid: number): { readonly title: string | null; readonly isBusy: boolean } {
  const facts = factsOf(shellPid)
  if (facts === null || facts.foreground <= 0) return { title: null, isBusy: false }
  return { title: nameOf(facts.foreground), isBusy: facts.foreground !== shellPid }
}

/** Where a process is now, absolute; null where the system does not tell. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // Gone, or there is no /proc here.
    return null
  }
}

/** Where a shell is from the root on, '' in it; null outside, or where nobody can say. */
export function folderIn(root: string, shellPid: number): string | null {
  const folder = workingFolder(shellPid)
  if (folder === root) return ''
  return folder?.startsWith(`${root}/`) === true ? folder.slice(root.length + 1) : null
}

const isMarked = (pid: number, terminalId: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${TERMINAL_MARK}=${terminalId}`)
  } catch {
    // Gone, or somebody else's.
    return false
  }
}

/** Every process of a terminal: of its session, or started in it and gone into a session of its own. */
export function processesOf(shellPid: number, terminalId: string): number[] {
  let pids: number[]
  try {
    pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  } catch {
    return [shellPid]
  }
  return pids.filter((pid) => pid !== process.pid && (factsOf(pid)?.session === shellPid || isMarked(pid, terminalId)))
}

/** Ends them: asked first, then forced. Resolves when none is left. */
export async function endProcesses(shellPid: number, terminalId: string, graceMs: number): Promise<void> {
  const signal = (name: NodeJS.Signals): number => {
    const pids = processesOf(shellPid, terminalId)
    for (const pid of pids) {
      try {
        process.kill(pid, name)
      } catch {
        // It ended meanwhile.
      }
    }
    return pids.length
  }
  signal('SIGHUP')
  signal('SIGCONT')
  const deadline = Date.now() + graceMs
  while (Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (processesOf(shellPid, terminalId).length === 0) return
  }
  // Something may be forking: until none is found.
  for (let round = 0; round < 100 && signal('SIGKILL') > 0; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
