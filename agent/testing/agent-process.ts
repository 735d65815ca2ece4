import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

const MAIN = path.resolve(import.meta.dirname, '../main.ts')

export interface AgentFolder {
  readonly root: string
  readonly runtime: string
  start(url: string): ChildProcess
  /** ends every agent started here, and removes the folder */
  remove(): Promise<void>
}

export const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** A workspace's folder for real agent processes. */
export async function createAgentFolder(): Promise<AgentFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-agent-'))
  const root = path.join(folder, 'files')
  const runtime = path.join(folder, 'runtime')
  const children: ChildProcess[] = []
  return {
    root,
    runtime,
    start(url) {
      const child = spawn(process.execPath, [MAIN], {
        env: {
          PATH: '/usr/bin:/bin',
          PAIRLOOM_SERVER_URL: url,
          PAIRLOOM_AGENT_TOKEN: 'token',
          PAIRLOOM_ROOT: root,
          PAIRLOOM_RUNTIME: runtime,
        },
        stdio: 'ignore',
      })
      children.push(child)
      return child
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(children.map(ended))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
