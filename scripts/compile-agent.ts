import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { AGENT_COMMAND } from '#server/runtime/agent-command.ts'

/** Has Node load the agent once and keep in this folder what it made of the code. Throws with what it said. */
export function compileAgent(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const [program = '', ...args] = AGENT_COMMAND
  const { status, stderr } = spawnSync(program, [...args, '--load-only'], {
    env: { ...process.env, NODE_COMPILE_CACHE: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== 0) throw new Error(`the agent's code could not be loaded: ${stderr.toString()}`)
}
