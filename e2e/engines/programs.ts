import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Program {
  /** without a slash at its end */
  readonly root: string
  stop(): Promise<void>
}

export const MASTER_KEY = 'sk-local'
const here = import.meta.dirname
const inTemp = (name: string): string => path.join(tmpdir(), name)

/** LiteLLM with the configuration that we ship, in front of this model; LITELLM_VENV names where it is installed. */
export function startLiteLlm(folder: string, modelBaseUrl: string): Promise<Program> {
  const venv = process.env['LITELLM_VENV'] ?? inTemp('pairloom-litellm')
  const config = path.join(here, '../../containers/litellm/config.yaml')
  const env = { LITELLM_MASTER_KEY: MASTER_KEY, VLLM_BASE_URL: modelBaseUrl }
  return start('litellm', { folder, args: (port) => [venv, config, port], env, health: '/health/liveliness' })
}

/** vLLM with a tiny model; VLLM_VENV names where it is installed. */
export function startVllm(folder: string): Promise<Program> {
  const venv = process.env['VLLM_VENV'] ?? inTemp('pairloom-vllm')
  return start('vllm', { folder, args: (port) => [venv, port], env: {}, health: '/health' })
}

interface Plan {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly health: string
  args(port: string): string[]
}

async function start(name: string, { folder, args, env, health }: Plan): Promise<Program> {
  const port = await freePort()
  // In a file, not here: LiteLLM prints a stack for each fault that it is given.
  const output = path.join(folder, `${name}.log`)
  const child = spawn(path.join(here, `${name}.sh`), args(String(port)), {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, since vLLM has children.
    detached: true,
  })
  const log = createWriteStream(output)
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const root = `http://127.0.0.1:${port}`
  await untilAnswers(root + health, child, output)
  return {
    root,
    async stop() {
      const gone = child.exitCode === null ? once(child, 'exit') : null
      process.kill(-child.pid!, 'SIGTERM')
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const LONGEST_START_MS = 15 * 60_000

/** Installing takes minutes where the network is slow. */
async function untilAnswers(url: string, child: ChildProcess, output: string): Promise<void> {
  for (const deadline = Date.now() + LONGEST_START_MS; Date.now() < deadline;) {
    if (child.exitCode !== null) throw new Error(`it ended before it answered: ${output}`)
    const isThere = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`it does not answer: ${output}`)
}
