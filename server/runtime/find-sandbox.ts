import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createSandbox, type Sandbox } from './sandbox.ts'

/** `auto`: where it works; `required`: or the server does not start; `off`: never. */
export type SandboxSetting = 'auto' | 'required' | 'off'

export type FoundSandbox =
  | { readonly sandbox: Sandbox; readonly why: null }
  /** why not, for people */
  | { readonly sandbox: null; readonly why: string }

/** Runs a command; null where it succeeded, otherwise what it said. */
export type Probe = (command: readonly string[]) => Promise<string | null>

const PRODUCT = path.resolve(import.meta.dirname, '../..')
const PROBE_MS = 10_000
/** Where programs are looked for, outside and inside. */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

/** Tries once whether a program can be shut in on this machine: bubblewrap may be missing, or namespaces refused. */
export async function findSandbox(options: {
  setting: SandboxSetting
  dataDir: string
  probe?: Probe
}): Promise<FoundSandbox> {
  const { setting, probe = runOnce } = options
  if (setting === 'off') return { sandbox: null, why: 'WORKSPACE_SANDBOX is off' }
  const dataDir = await realpath(options.dataDir)
  const nodeBinary = await realpath(process.execPath)
  const sandbox = createSandbox({ dataDir, product: PRODUCT, nodeBinary, isRequired: setting === 'required' })
  // Where workspaces lie, so that what is tried is what will be done.
  const workspaces = path.join(dataDir, 'workspaces')
  await mkdir(workspaces, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(path.join(workspaces, '.probe-'))
  try {
    const why = await probe(sandbox.wrap([nodeBinary, '--version'], folder))
    return why === null ? { sandbox, why } : { sandbox: null, why }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runOnce([program = '', ...rest]: readonly string[]): Promise<string | null> {
  if (process.platform !== 'linux') return 'bubblewrap needs Linux'
  const child = spawn(program, ['--die-with-parent', ...rest], {
    env: { PATH: SYSTEM_PATH },
    // The fourth is INFO_FD.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: PROBE_MS,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(0, 500)))
  try {
    // Not its close: what a sandbox left half made may hold these open.
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code === 0) return null
    await nextTurn()
    return said.trim() || `bubblewrap ended with ${code}`
  } catch {
    return 'bubblewrap is not installed'
  } finally {
    for (const stream of child.stdio) stream?.destroy()
  }
}
