/** Writes the Prisma client into prisma/generated. Needs no download: no engine is used. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

const cli = path.join(path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build', 'index.js')
const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
  cwd: path.join(import.meta.dirname, '..'),
  encoding: 'utf8',
  // The engine's path must be set, or the command line tool fetches one; a client for driver adapters never runs it.
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  },
})
if (status !== 0) {
  console.error(`${stdout}${stderr}`)
  process.exit(1)
}
