/** Runs after `npm ci`: makes what the repository does not hold. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')

await import('./generate-client.ts')

// Git hooks are a developer's convenience: nothing depends on them, so a copy without Git goes on without.
if (existsSync(path.join(root, '.git')) && process.env['CI'] === undefined) {
  spawnSync('lefthook', ['install'], { cwd: root, stdio: 'ignore', shell: process.platform === 'win32' })
}
