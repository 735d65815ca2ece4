import { parseArgs } from 'node:util'

/**
 * `npm run simulate -- [--agent | --torture] --seeds N [--seed S] [--json]`: seeds 0 to N − 1, or S alone. Of the sync
 * engine; with `--agent` of the agent that keeps disk and documents together; with `--torture` of that agent while
 * programs take turns at its file and it is killed.
 */
const { values } = parseArgs({
  options: {
    agent: { type: 'boolean', default: false },
    torture: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const agentSimulation = values.torture ? '../agent/simulation/torture.ts' : '../agent/simulation/run-seed.ts'
const simulation = values.torture || values.agent ? agentSimulation : '../server/sync/simulation/run-seed.ts'
const { runSeed } = (await import(simulation)) as { runSeed(seed: number): Promise<string[]> }
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index)
    : [Number(values.seed)]
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
process.exit(failingSeeds.length > 0 ? 1 : 0)
