import { type ChildProcess, execFileSync, fork, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SERVER_FLAGS } from '#server/node-flags.ts'

/** Where a stream is asked for; keys are used in turn. */
export interface Subject {
  readonly name: 'direct' | 'pairloom' | 'litellm'
  readonly url: URL
  readonly keys: readonly string[]
  /** The process whose CPU and memory count; null for the direct connection. */
  readonly pid: number | null
  /** Where several people read one answer; only ours has such a thing. */
  readonly room: ChatRoom | null
  stop(): Promise<void>
}

/** A chat that everyone who has a cookie reads. */
export interface ChatRoom {
  readonly origin: string
  readonly cookies: readonly string[]
  readonly workspaceId: string
  readonly chatId: string
}

export interface Closed {
  readonly id: number
  readonly closedUs: number
  readonly sent: number
}

export interface Upstream {
  readonly port: number
  onClosed(listener: (closed: Closed) => void): void
  stop(): Promise<void>
}

const here = import.meta.dirname

/** The upstream and this load share one core, the subject has the other to itself. */
export async function startUpstream(): Promise<Upstream> {
  const child = forkOn(1, 'upstream.ts', [])
  const { port } = await firstMessage<{ port: number }>(child)
  return {
    port,
    onClosed: (listener) => void child.on('message', (message) => listener(message as Closed)),
    stop: () => end(child),
  }
}

export const direct = (upstream: Upstream): Subject => ({
  name: 'direct',
  url: new URL(`http://127.0.0.1:${upstream.port}/v1/chat/completions`),
  keys: [''],
  pid: null,
  room: null,
  stop: () => Promise.resolve(),
})

export async function startPairloom(upstream: Upstream): Promise<Subject> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'pairloom-bench-'))
  const target = `http://127.0.0.1:${upstream.port}/v1`
  const child = forkOn(0, 'gateway.ts', [dataDir, target], SERVER_FLAGS)
  const { port, keys, ...room } = await firstMessage<{ port: number; keys: string[] } & Omit<ChatRoom, 'origin'>>(child)
  return {
    name: 'pairloom',
    url: new URL(`http://127.0.0.1:${port}/v1/chat/completions`),
    keys,
    pid: child.pid ?? null,
    room: { ...room, origin: `http://localhost:${port}` },
    async stop() {
      await end(child)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A LiteLLM where one is installed: LITELLM_VENV names its folder (e2e/engines/litellm.sh makes one). */
export async function startLiteLlm(upstream: Upstream): Promise<Subject | null> {
  const venv = process.env['LITELLM_VENV']
  if (venv === undefined) return null
  const folder = await mkdtemp(path.join(tmpdir(), 'litellm-bench-'))
  const config = path.join(folder, 'config.yaml')
  const port = await freePort()
  const target = `{model: hosted_vllm/m, api_base: "http://127.0.0.1:${upstream.port}/v1", api_key: none}`
  await writeFile(
    config,
    `model_list:\n  - {model_name: chat, litellm_params: ${target}}\nlitellm_settings: {num_retries: 0}\ngeneral_settings: {master_key: sk-local}\n`,
  )
  const program = path.resolve(venv, 'bin/litellm')
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1']
  const env = { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False' }
  const child = spawn('taskset', ['-c', '0', program, ...args], { env, stdio: 'ignore', cwd: folder })
  const root = `http://127.0.0.1:${port}`
  await untilAnswers(`${root}/health/liveliness`, child)
  return {
    name: 'litellm',
    url: new URL(`${root}/v1/chat/completions`),
    keys: ['sk-local'],
    pid: child.pid ?? null,
    room: null,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function forkOn(core: number, file: string, args: readonly string[], execArgv: readonly string[] = []): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc']
  const child = fork(path.join(here, file), args, { stdio, execArgv: [...execArgv] })
  execFileSync('taskset', ['-acp', String(core), String(child.pid)], { stdio: 'ignore' })
  return child
}

const firstMessage = async <T>(child: ChildProcess): Promise<T> =>
  (
    await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error('it ended')))])
  )[0] as T

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.disconnect()
  await gone
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if (child.exitCode !== null) throw new Error('LiteLLM ended')
    const isThere = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('LiteLLM does not answer')
}
