/**
 * `npm run test:engines [-- --json]`: the product, a real LiteLLM with the configuration that we ship, and the stub as
 * the model behind it. Installs LiteLLM once; LITELLM_VENV names where.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import OpenAI from 'openai'
import { type StubPlan, UPSTREAM_SECRET } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { startOffice } from './office.ts'
import { connectTabbyAgent } from './tabby-client.ts'

const here = import.meta.dirname
const folder = await mkdtemp(path.join(tmpdir(), 'pairloom-engines-'))
const venv = process.env['LITELLM_VENV'] ?? path.join(tmpdir(), 'pairloom-litellm')
const masterKey = 'sk-local'
let plan: StubPlan = {}
const stub = await startStubUpstream(() => plan)
const port = await freePort()
const config = path.join(here, '../../containers/litellm/config.yaml')
const litellm = spawn(path.join(here, 'litellm.sh'), [venv, config, String(port)], {
  cwd: folder,
  env: { ...process.env, LITELLM_MASTER_KEY: masterKey, VLLM_BASE_URL: stub.baseUrl },
  // It prints a stack for each fault that it is given.
  stdio: 'ignore',
})
await untilAnswers(`http://127.0.0.1:${port}/health/liveliness`)
const office = await startOffice(folder)
const chat = await office.addRoute('chat', {
  kind: 'litellm',
  baseUrl: `http://127.0.0.1:${port}/v1`,
  apiKey: masterKey,
})
await office.addRoute('code', { kind: 'litellm', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: masterKey })
const client = new OpenAI({ apiKey: office.key, baseURL: `${office.origin}/v1`, maxRetries: 0 })
const messages = [{ role: 'user' as const, content: 'hello' }]

const failures: string[] = []
async function check(name: string, expected: unknown, measure: () => Promise<unknown>): Promise<void> {
  plan = {}
  const got = await measure().catch((error: unknown) => String(error))
  const isOk = JSON.stringify(got) === JSON.stringify(expected)
  if (!isOk) failures.push(name)
  const shown = { case: name, expected: JSON.stringify(expected), got: JSON.stringify(got), ok: isOk }
  console.log(
    process.argv.includes('--json') ? JSON.stringify(shown) : `${isOk ? 'ok    ' : 'FAILED'} ${name}: ${shown.got}`,
  )
}

await check('a chat is streamed and counted through LiteLLM', ['Hello world', 'done', 7, 3, 'measured'], async () => {
  let text = ''
  const stream = await client.chat.completions.create({ model: 'chat', messages, stream: true })
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  const row = await office.lastUsage()
  return [text, row.status, row.promptTokens, row.completionTokens, row.usageSource]
})
await check('one answer is put together from the stream', 'Hello world', async () => {
  return (await client.chat.completions.create({ model: 'chat', messages })).choices[0]?.message.content
})
await check(
  'fill-in-the-middle reaches the model as rendered',
  '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>',
  async () => {
    await client.completions.create({ model: 'code', prompt: 'a', suffix: 'b' })
    return stub.seen.at(-1)?.body['prompt']
  },
)
await check('an abort in mid-stream reaches the model behind LiteLLM', [true, 'stopped'], async () => {
  plan = { beforePiece: (index) => (index === 1 ? new Promise(() => {}) : undefined) }
  const stream = await client.chat.completions.create({ model: 'chat', messages, stream: true })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
  stream.controller.abort()
  const { isCut } = await stub.seen.at(-1)!.closed
  return [isCut, (await office.untilSettled()).status]
})
for (const fault of ['error-mid', 'reset-mid', 'reset-before-first'] as const) {
  await check(`the model’s own words stay behind: ${fault}`, ['failed', false], async () => {
    plan = { fault }
    const answer = await fetch(`${office.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${office.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'chat', messages, stream: true }),
    })
    const text = (await answer.text()) + [...answer.headers].flat().join()
    return [(await office.lastUsage()).status, text.includes(UPSTREAM_SECRET) || text.includes(stub.root)]
  })
}
await check('the test of a route tells that it works', 'ok', () => office.testRoute(chat))
await check('the test of a route tells a wrong key', 'wrong_key', async () =>
  office.testRoute(
    await office.addRoute('chat', { kind: 'litellm', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'sk-wrong' }),
  ),
)
await check('the test of a route tells an unknown model', 'unknown_model', async () =>
  office.testRoute(
    await office.addRoute('nobody', { kind: 'litellm', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: masterKey }),
  ),
)
await check('tabby-agent completes, and tells what became of it', ['ready', 'Hello world', 'accepted'], async () => {
  const agent = await connectTabbyAgent(office.origin, office.key)
  const text = 'function add(a, b) {\n  return \n}\n'
  const place = { filepath: '/w/add.js', language: 'javascript', text, position: text.indexOf('return ') + 7 }
  const { id, choices } = await agent.provideCompletions({ ...place, manually: true })
  const status = agent.getStatus()
  await agent.postEvent({ type: 'select', completion_id: id, choice_index: 0 })
  await agent.finalize()
  return [status, choices[0]?.text, (await office.lastUsage()).outcome]
})

await office.close()
await stub.close()
const gone = once(litellm, 'exit')
litellm.kill('SIGTERM')
await gone
await rm(folder, { recursive: true, force: true })
console.error(failures.length === 0 ? 'all hold' : `failed: ${failures.join('; ')}`)
process.exit(failures.length === 0 ? 0 : 1)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}

/** Installing it takes a minute or two where the network is slow. */
async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (litellm.exitCode !== null) throw new Error('LiteLLM ended before it answered')
    const isThere = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('LiteLLM does not answer')
}
