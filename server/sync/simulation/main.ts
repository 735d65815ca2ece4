import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

/** `npm run simulate -- --seeds N [--seed S] [--json]`: seeds 0 to N − 1, or S alone. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const seeds =
  values.seed === undefined ? Array.from({ length: Number(values.seeds) }, (_, seed) => seed) : [Number(values.seed)]
const failingSeeds: number[] = []
for (const seed of seeds) {
  const wrong = await runSeed(seed)
  if (wrong.length === 0) continue
  failingSeeds.push(seed)
  if (!values.json) process.stdout.write(`seed ${seed}\n${wrong.map((line) => `  ${line}\n`).join('')}`)
}
process.stdout.write(
  values.json
    ? `${JSON.stringify({ seeds: seeds.length, failed: failingSeeds.length, failingSeeds })}\n`
    : `${seeds.length} seeds, ${failingSeeds.length} failed${failingSeeds.length > 0 ? `: replay with --seed ${failingSeeds[0]}` : ''}\n`,
)
process.exitCode = failingSeeds.length > 0 ? 1 : 0
