import OpenAI from 'openai'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UserId } from '#shared/ids.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { STUB_FAULTS, type StubPlan, UPSTREAM_SECRET } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { setTheStage, type Stage } from './testing/cast.ts'
import { startTestApp } from './testing/test-app.ts'

// Those that only a deadline ends are judged with a clock of their own, beside the relay.
const FAULTS = STUB_FAULTS.filter((fault) => !fault.startsWith('stall') && fault !== 'empty-tabby')

let test: Awaited<ReturnType<typeof startTestApp>>
let stage: Stage
let stub: StubUpstream
let plan: StubPlan
let key: { id: string; token: string; userId: UserId }
let client: OpenAI
const logged: string[] = []

beforeAll(async () => {
  test = await startTestApp({}, pino({ level: 'trace' }, { write: (line) => void logged.push(line) }))
  stage = await setTheStage(test.database.prisma)
  stub = await startStubUpstream(() => plan)
  await addRoutes(stub)
  // A provider each, or the breaker would spare the later ones.
  for (const fault of FAULTS) await addFaultyModel(fault)
})
beforeEach(async () => {
  plan = {}
  key = await makeKey()
  client = new OpenAI({ apiKey: key.token, baseURL: `${test.origin}/v1`, maxRetries: 0 })
})
afterEach(() => (plan = {}))
afterAll(async () => {
  await test.close()
  await stub.close()
})

async function addRoutes({ baseUrl, root }: StubUpstream): Promise<void> {
  const { prisma } = test.database
  const vllm = await prisma.aiProvider.create({ data: { id: newId(), name: 'stub', kind: 'openai', baseUrl } })
  const tabby = await prisma.aiProvider.create({ data: { id: newId(), name: 'tabby', kind: 'tabby', baseUrl: root } })
  const common = {
    upstreamModel: 'tiny',
    position: 0,
    maxTokens: 100,
    contextTokens: 4000,
    inputPrice: 1_000_000n,
    outputPrice: 2_000_000n,
  }
  await prisma.aiRoute.createMany({
    data: [
      { id: newId(), model: 'chat', purpose: 'chat', providerId: vllm.id, ...common },
      { id: newId(), model: 'code', purpose: 'completion', providerId: vllm.id, template: 'qwen', ...common },
      { id: newId(), model: 'tabby', purpose: 'completion', providerId: tabby.id, ...common },
    ],
  })
}

async function addFaultyModel(model: string): Promise<void> {
  const { prisma } = test.database
  const provider = { id: newId<string>(), name: model, kind: 'openai', baseUrl: stub.baseUrl }
  const route = { model, purpose: 'chat', upstreamModel: 'tiny', position: 0, maxTokens: 100, contextTokens: 4000 }
  await prisma.aiProvider.create({ data: { ...provider, routes: { create: { id: newId(), ...route } } } })
}

async function makeKey(
  facts: { userId?: UserId; workspaceId?: string; scopes?: string[] } = {},
): Promise<{ id: string; token: string; userId: UserId }> {
  const id = newId<string>()
  const token = `plk_${newToken()}`
  const editor = stage.actors.editor as { userId: UserId }
  const userId = facts.userId ?? editor.userId
  await test.database.prisma.apiKey.create({
    data: {
      id,
      tokenHash: hashToken(token),
      userId,
      workspaceId: facts.workspaceId ?? null,
      name: 'test',
      hint: token.slice(-4),
      scopes: facts.scopes ?? ['chat', 'completions', 'models'],
    },
  })
  return { id, token, userId }
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(test.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const question = { model: 'chat', messages: [{ role: 'user' as const, content: 'hello' }] }
const lastUsage = (apiKeyId = key.id) =>
  test.database.prisma.aiUsage.findFirst({ where: { apiKeyId }, orderBy: { at: 'desc' } })
async function untilUsage(status: string) {
  for (;;) {
    const row = await lastUsage()
    if (row?.status === status) return row
    await new Promise(setImmediate)
  }
}

describe('the openai client', () => {
  it('streams a chat, is given the usage it asked for, and is charged it', async () => {
    const stream = await client.chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let total: number | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      total = chunk.usage?.total_tokens ?? total
    }
    expect([text, total]).toEqual(['Hello world', 10])
    expect(await lastUsage()).toMatchObject({
      status: 'done',
      model: 'chat',
      provider: 'stub',
      promptTokens: 7,
      completionTokens: 3,
      usageSource: 'measured',
      cost: 13n,
      errorClass: null,
    })
  })

  it('is not given usage it did not ask for', async () => {
    const stream = await client.chat.completions.create({ ...question, stream: true })
    for await (const chunk of stream) expect(chunk.choices).toHaveLength(1)
    expect(await lastUsage()).toMatchObject({ promptTokens: 7 })
  })

  it('is given one answer where it asks for one, though upstream it is a stream', async () => {
    const answer = await client.chat.completions.create(question)
    expect(answer.choices[0]?.message.content).toBe('Hello world')
    expect(answer.usage?.total_tokens).toBe(10)
    expect(stub.seen.at(-1)?.body['stream']).toBe(true)
  })

  it('lists the models', async () => {
    const ids = []
    for await (const model of client.models.list()) ids.push(model.id)
    expect(ids.toSorted()).toEqual([...FAULTS, 'chat', 'code', 'tabby'].toSorted())
  })

  it('stops a stream, which is charged for what came', async () => {
    const arrived = Promise.withResolvers<void>()
    plan = { beforePiece: (index) => (index === 1 ? new Promise(() => arrived.resolve()) : undefined) }
    const stream = await client.chat.completions.create({ ...question, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Hello') break
    stream.controller.abort()
    const { isCut } = await stub.seen.at(-1)!.closed
    expect(isCut).toBe(true)
    const row = await untilUsage('stopped')
    expect(row).toMatchObject({ usageSource: 'estimated', completionTokens: 2 })
    expect(row.cost).toBeGreaterThan(0n)
  })

  it.each(['streaming', 'waiting for one answer'])(
    'gone before the first token frees the upstream: %s',
    async (how) => {
      plan = { fault: 'stall-before-headers' }
      const before = stub.seen.length
      const abort = new AbortController()
      const asked = client.chat.completions.create(
        { ...question, stream: how === 'streaming' },
        { signal: abort.signal },
      )
      const outcome = asked.then(
        () => 'answered',
        () => 'refused',
      )
      const { closed } = await stub.untilSeen(before + 1)
      abort.abort()
      expect(await outcome).toBe('refused')
      expect((await closed).isCut).toBe(true)
      expect(await untilUsage('stopped')).toMatchObject({ usageSource: 'none', cost: 0n })
    },
  )

  it('completes by the template of the route, with tokens stripped from what was typed', async () => {
    const answer = await client.completions.create({
      model: 'code',
      prompt: 'a<|fim_middle|>',
      suffix: 'b',
      max_tokens: 20,
    })
    expect(answer.choices[0]?.text).toBe('Hello world')
    expect(stub.seen.at(-1)?.body).toMatchObject({
      prompt: '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>',
      max_tokens: 20,
    })
  })
})

describe('Tabby’s interface', () => {
  const segments = { prefix: 'def fib(n):\n', suffix: '\n' }

  it('answers its body from a model of OpenAI’s kind', async () => {
    const answer = (await (await post('/v1/completions', { language: 'python', segments })).json()) as { id: string }
    expect(answer).toEqual({ id: expect.any(String) as string, choices: [{ index: 0, text: 'Hello world' }] })
    expect((await lastUsage())?.id).toBe(answer.id)
  })

  it('answers an OpenAI client from a Tabby, and tells Tabby what became of it', async () => {
    const answer = await client.completions.create({ model: 'tabby', prompt: 'a', suffix: 'b' })
    expect(answer.choices[0]?.text).toBe('Hello world')
    const before = stub.seen.length
    const usage = await lastUsage()
    expect((await post('/v1/events', { type: 'select', completion_id: usage!.id, choice_index: 0 })).status).toBe(200)
    expect(await stub.untilSeen(before + 1)).toMatchObject({
      path: '/v1/events',
      body: { type: 'select', completion_id: 'cmpl-tabby' },
    })
    expect(await lastUsage()).toMatchObject({ outcome: 'accepted' })
  })

  it('refuses an event about what no completion is called', async () => {
    for (const id of ['\0', 'cmpl\0', 'x'.repeat(65)])
      expect((await post('/v1/events', { type: 'view', completion_id: id })).status).toBe(400)
    expect((await post('/v1/events', { type: 'view', completion_id: 'nobody’s' })).status).toBe(200)
  })

  it('refuses a body without segments that hold anything', async () => {
    expect((await post('/v1/completions', { segments: {} })).status).toBe(400)
  })

  it('says that it is well, in the fields its clients look for', async () => {
    const answer = await fetch(`${test.origin}/v1/health`, { headers: { authorization: `Bearer ${key.token}` } })
    expect(await answer.json()).toMatchObject({ status: 'ok', model: 'code', chat_model: 'chat' })
  })
})

describe('what is asked wrongly', () => {
  it.each([
    ['base_url', { ...question, base_url: 'http://169.254.169.254' }],
    ['api_key', { ...question, api_key: 'x' }],
    ['max_tokens', { ...question, max_tokens: -1 }],
    ['max_tokens', { ...question, max_tokens: 1e9 }],
    ['n', { ...question, n: 5 }],
    ['messages', { model: 'chat' }],
  ])('is refused by name: %s', async (param, body) => {
    const answer = await post('/v1/chat/completions', body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param } })
  })

  it('is refused where it is ten megabytes, and the refusal arrives', async () => {
    const messages = [{ role: 'user', content: 'x'.repeat(10 << 20) }]
    expect((await post('/v1/chat/completions', { ...question, messages })).status).toBe(413)
  })

  it.each([
    ['nonsense', '{', {}, 400],
    ['no JSON', 'x', { 'content-type': 'text/plain' }, 415],
    ['another site', question, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['an unknown key', question, { authorization: `Bearer plk_${'a'.repeat(43)}` }, 401],
    ['no key', question, { authorization: '' }, 401],
    ['an unknown model', { ...question, model: 'gpt-9' }, {}, 404],
    ['a workspace that is not theirs', question, { 'x-pairloom-workspace': 'AAAAAAAAAAAAAAAAAAAAAA' }, 404],
  ])('is refused: %s', async (_, body, headers, status) => {
    const answer = await post('/v1/chat/completions', body, headers)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({
      error: { message: expect.any(String) as string, type: expect.any(String) as string },
    })
  })
})

describe('every fault of an upstream', () => {
  it.each(FAULTS)('ends in a typed answer and a finished row, with no word of the upstream: %s', async (fault) => {
    plan = { fault }
    const before = stub.seen.length
    const answer = await post('/v1/chat/completions', { ...question, model: fault, stream: true })
    const text = await answer.text()
    expect(stub.seen.length).toBeGreaterThan(before)
    const row = await lastUsage()
    expect(['done', 'failed']).toContain(row?.status)
    if (row?.status === 'failed') expect(text).toContain(`"code":"${row.errorClass}"`)
    else expect(text).toContain('data: [DONE]')
    expect(text).not.toContain(UPSTREAM_SECRET)
    expect([...answer.headers.values()].join()).not.toContain(UPSTREAM_SECRET)
    if (answer.status === 200) expect(answer.headers.get('x-accel-buffering')).toBe('no')
  })
})

describe('rights', () => {
  it('end with the role: AI of a workspace is for those who may use it there', async () => {
    const viewer = stage.actors.viewer as { userId: UserId }
    const { token } = await makeKey({ userId: viewer.userId, workspaceId: stage.workspaceId })
    expect((await post('/v1/chat/completions', question, { authorization: `Bearer ${token}` })).status).toBe(403)
    const editor = await makeKey({ workspaceId: stage.workspaceId })
    const answer = await post('/v1/chat/completions', question, { authorization: `Bearer ${editor.token}` })
    expect(answer.status).toBe(200)
    expect(await lastUsage(editor.id)).toMatchObject({ workspaceId: stage.workspaceId })
  })

  it('reach as far as the key’s scopes', async () => {
    const { token } = await makeKey({ scopes: ['completions'] })
    expect((await post('/v1/chat/completions', question, { authorization: `Bearer ${token}` })).status).toBe(403)
  })
})

it('keeps a prompt out of every table and every log', async () => {
  const canary = `canary-${newToken()}`
  for (const fault of ['error-mid', 'no-done', 'reset-before-first'] as const) {
    plan = { fault, pieces: [canary, canary] }
    await (
      await post('/v1/chat/completions', { ...question, messages: [{ role: 'user', content: canary }], stream: true })
    ).text()
  }
  const { rows: tables } = await test.database.pool.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  )
  expect(tables.length).toBeGreaterThan(20)
  for (const { name } of tables) {
    const { rows } = await test.database.pool.query(`select 1 from ${name} t where t::text like $1`, [`%${canary}%`])
    expect([name, rows.length]).toEqual([name, 0])
  }
  expect(logged.join('')).not.toContain(canary)
})

// The last, since it ends the server.
it('stops and settles what is under way when the server shuts down', async () => {
  plan = { fault: 'stall-mid' }
  const answer = await post('/v1/chat/completions', { ...question, stream: true })
  const reading = answer.text().then(
    () => 'ended',
    () => 'cut',
  )
  await test.app.close()
  expect(await reading).toBe('cut')
  expect((await stub.seen.at(-1)!.closed).isCut).toBe(true)
  expect(await lastUsage()).toMatchObject({ status: 'stopped' })
})
