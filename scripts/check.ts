/** `npm run check`: everything that needs no test to be run. All stages run, so that one pass shows every problem. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const STAGES: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['format', ['oxfmt', '--check']],
  ['lint, with types and import rules', ['oxlint']],
  ['types', ['tsc', '-b']],
  ['unused files, exports and dependencies', ['knip', '--no-progress']],
  ['schema and migrations agree', ['node', 'scripts/check-drift.ts']],
]

const failed = STAGES.filter(([name, [program = '', ...args]]) => {
  const started = performance.now()
  const { status } = spawnSync(program, args, {
    cwd: path.join(import.meta.dirname, '..'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  return status !== 0
})
process.exit(failed.length === 0 ? 0 : 1)
