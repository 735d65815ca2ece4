import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { AGENT_COMMAND } from '#server/runtime/agent-command.ts'
import { compileAgent } from './compile-agent.ts'

/** What the agent's process holds once its code is loaded, in MiB. */
function loadedMib(folder: string | null): number {
  const [program = '', ...args] = AGENT_COMMAND
  const report = 'process.on("exit", () => console.log(process.resourceUsage().maxRSS / 1024))'
  const { stdout } = spawnSync(
    program,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, ...args, '--load-only'],
    { env: folder === null ? {} : { NODE_COMPILE_CACHE: folder } },
  )
  return Number(stdout.toString())
}

it('spares an agent the memory that taking away the types needs', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pairloom-compiled-'))
  try {
    compileAgent(folder)
    expect(loadedMib(folder)).toBeLessThan(loadedMib(null) - 15)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
