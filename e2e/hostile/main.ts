import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.ts'
import { formatTable } from '../support/table.ts'
import { within } from '../support/until.ts'
import { AI_CASES } from './ai-cases.ts'
import { AUTH_CASES } from './auth-cases.ts'
import { AWARENESS_CASES } from './awareness-cases.ts'
import { CONFIGURATION_CASES } from './configuration-cases.ts'
import { DISK_CASES } from './disk-cases.ts'
import { FILES_CASES } from './files-cases.ts'
import { FLOOD_CASES } from './flood-cases.ts'
import type { HostileCase, Outcome } from './hostile-case.ts'
import { IMPORT_CASES } from './import-cases.ts'
import { MUX_CASES } from './mux-cases.ts'
import { createCanary, createPremises } from './premises.ts'
import { SANDBOX_CASES } from './sandbox-cases.ts'
import { SOCKET_IO_CASES } from './socket-io-cases.ts'
import { STANDING_CASES } from './standing-cases.ts'
import { SYNC_CASES } from './sync-cases.ts'
import { TERMINAL_CASES } from './terminal-cases.ts'
import { TREE_CASES } from './tree-cases.ts'
import { TRPC_CASES } from './trpc-cases.ts'
import { UPGRADE_CASES } from './upgrade-cases.ts'
import { watchVitals } from './vitals.ts'

const CASE_TIMEOUT_MS = 30_000
const CATALOGUE: Readonly<Record<string, readonly HostileCase[]>> = {
  auth: AUTH_CASES,
  trpc: TRPC_CASES,
  upgrade: UPGRADE_CASES,
  sync: [...SYNC_CASES, ...FLOOD_CASES, ...STANDING_CASES],
  'multiplexed door': MUX_CASES,
  awareness: AWARENESS_CASES,
  'socket.io': SOCKET_IO_CASES,
  files: FILES_CASES,
  imports: IMPORT_CASES,
  trees: TREE_CASES,
  disk: DISK_CASES,
  terminals: TERMINAL_CASES,
  sandbox: SANDBOX_CASES,
  ai: AI_CASES,
  configuration: CONFIGURATION_CASES,
}

/**
 * `npm run test:hostile -- [--only WORD] [--json]`: sends the started product everything a stranger may think of.
 * After each case it must be well, and a bystander must sign in and edit within a second.
 */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})
const cases = Object.entries(CATALOGUE).flatMap(([group, list]) =>
  list.map((one) => ({ ...one, name: `${group}: ${one.name}` })),
)
const outcomes = await attack(cases.filter(({ name }) => name.includes(values.only)))
if (values.json) for (const outcome of outcomes) process.stdout.write(`${JSON.stringify(outcome)}\n`)
else
  process.stdout.write(
    `${formatTable(outcomes.map(({ ok, ...outcome }) => ({ ...outcome, ok: ok ? 'ok' : 'FAILED' })))}\n`,
  )
const failed = outcomes.filter(({ ok }) => !ok).length
if (!values.json) process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 || outcomes.length === 0 ? 1 : 0

async function attack(list: readonly HostileCase[]): Promise<Outcome[]> {
  const product = await startProduct({ env: { ALLOW_FILE_GIT_URLS: 'false' } })
  const done: Outcome[] = []
  try {
    const premises = await createPremises(product)
    const canary = await createCanary(product)
    const vitals = await watchVitals(product, canary)
    for (const { name, expected, run, growthLimitMiB, timeoutMs = CASE_TIMEOUT_MS } of list) {
      const answer = await within(timeoutMs, name, run(premises)).catch((error: unknown) => `threw ${String(error)}`)
      const problems = await vitals.check(growthLimitMiB)
      const got = [answer, ...problems].join('; ')
      done.push({ case: name, expected, got, ok: got === expected })
    }
    canary.close()
    return done
  } finally {
    await product.stop()
  }
}
