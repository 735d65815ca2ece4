import { parseArgs } from 'node:util'
import { createRandom, type Random } from '../support/random.ts'
import { startProduct } from '../support/product.ts'
import { formatTable } from '../support/table.ts'
import { createOffice } from './office.ts'
import { FAULTS, type Fault, type Round, runRound } from './round.ts'
import { torture, type Torture } from './torture.ts'

/**
 * `npm run chaos -- [--rounds 50] [--torture 60] [--seed N] [--json]`: people type into a real server on its own
 * PostgreSQL while one or both are killed at random moments; then, for so many seconds, programs and git write the same
 * file while its agent is killed. Every acknowledged token must be there exactly once, everywhere.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    torture: { type: 'string', default: '60' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const say = (line: string) => (values.json ? undefined : process.stdout.write(`${line}\n`))
say(`seed ${seed}: run again with --seed ${seed}`)

const LOG_LINES = 40

const rounds = Number(values.rounds)
const seconds = Number(values.torture)
const random = createRandom(seed)
const results = rounds > 0 ? await run(random, rounds) : []
const tortured = seconds > 0 ? [await runTorture(random, seconds)] : []
const report = [
  ...FAULTS.map((fault) =>
    sum(
      fault,
      results.filter((round) => round.fault === fault),
    ),
  ),
  ...tortured.map(({ fault, runs, acked, lost, duplicated, convergeMs }) => ({
    fault,
    runs,
    acked,
    lost: lost.length,
    duplicated: duplicated.length,
    convergeMs,
  })),
]
if (values.json) for (const line of report) process.stdout.write(`${JSON.stringify({ ...line, seed })}\n`)
else say(formatTable(report))
const all = [...results, ...tortured]
const failed = all.filter(isWrong)
for (const round of failed) {
  const { story, ...verdict } = { story: [], ...round }
  for (const line of story) process.stderr.write(`  ${line}\n`)
  process.stderr.write(`${JSON.stringify(verdict)}\n`)
}
say(`${all.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 || all.length === 0 ? 1 : 0

async function run(random: Random, rounds: number): Promise<Round[]> {
  const product = await startProduct({ env: { LOG_LEVEL: 'warn' } })
  const done: Round[] = []
  try {
    const office = await createOffice(product, random)
    for (let number = 1; number <= rounds; number++) {
      const round = await runRound(office, random)
      done.push(round)
      const { fault, acked, lost, duplicated, differing, convergeMs, closings } = round
      const closed = closings.length > 0 ? `, closed with ${closings.join(' ')}` : ''
      const verdict = `${lost.length} lost, ${duplicated.length} twice, ${differing.length} differ${differing.length > 0 ? ` (${differing.join('; ')})` : ''}${closed}`
      say(
        `${String(number).padStart(3)}  ${fault}: ${acked} acknowledged, ${verdict}, together again in ${convergeMs} ms`,
      )
    }
    await office.close()
    return done
  } catch (error) {
    process.stderr.write(`${product.log.slice(-30).join('\n')}\n`)
    throw error
  } finally {
    await product.stop()
  }
}

async function runTorture(random: Random, seconds: number): Promise<Torture> {
  const product = await startProduct({ env: { LOG_LEVEL: 'warn' } })
  try {
    const result = await torture(product, random, seconds)
    if (isWrong(result)) process.stderr.write(`${product.log.slice(-LOG_LINES).join('\n')}\n`)
    return result
  } catch (error) {
    process.stderr.write(`${product.log.slice(-30).join('\n')}\n`)
    throw error
  } finally {
    await product.stop()
  }
}

function isWrong({ lost, duplicated, differing }: Round | Torture): boolean {
  return lost.length + duplicated.length + differing.length > 0
}

function sum(fault: Fault, rounds: readonly Round[]) {
  return {
    fault,
    runs: rounds.length,
    acked: rounds.reduce((total, round) => total + round.newlyAcked, 0),
    lost: rounds.reduce((total, round) => total + round.lost.length, 0),
    duplicated: rounds.reduce((total, round) => total + round.duplicated.length, 0),
    convergeMs: Math.max(0, ...rounds.map((round) => round.convergeMs)),
  }
}
