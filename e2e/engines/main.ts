/**
 * `npm run test:engines [-- --json] [-- --only stub,vllm,llama]`: the product in front of real engines. `stub`: a real
 * LiteLLM with the configuration that we ship, and behind it the stub with its faults, and tabby-agent before us.
 * `vllm`: gateway, LiteLLM, a real vLLM on the CPU. `llama`: gateway and llama.cpp with a model that the test writes,
 * which tells nothing of the quality of answers.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { checkLlamaChain } from './llama-chain.ts'
import { type Check, createReport } from './report.ts'
import { checkStubChain } from './stub-chain.ts'
import { checkVllmChain } from './vllm-chain.ts'

const CHAINS: Readonly<Record<string, (check: Check, folder: string) => Promise<void>>> = {
  stub: checkStubChain,
  vllm: checkVllmChain,
  llama: checkLlamaChain,
}
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: Object.keys(CHAINS).join() } },
})
const { check, failures } = createReport(values.json)
for (const name of values.only.split(',')) {
  const chain = CHAINS[name]
  if (!chain) throw new Error(`there is no chain named ${name}: ${Object.keys(CHAINS).join(', ')}`)
  const folder = await mkdtemp(path.join(tmpdir(), `pairloom-engines-${name}-`))
  await chain(check, folder)
  await rm(folder, { recursive: true, force: true })
}
console.error(failures.length === 0 ? 'all hold' : `failed: ${failures.join('; ')}`)
process.exit(failures.length === 0 ? 0 : 1)
