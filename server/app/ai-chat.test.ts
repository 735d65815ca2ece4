import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { ChatMessageId, ChatSessionId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import { type StubFault, type StubPlan, UPSTREAM_SECRET } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { setTheStage, type Stage } from './testing/cast.ts'
import { startTestApp } from './testing/test-app.ts'

const CANARY_FAULTS = ['none', 'error-mid', 'reset-mid', 'malformed-first'] as const
/** with the text that is kept (a reset may overtake its text, and has its test beside the relay), and the code that people are told */
const FAULTS: readonly (readonly [StubFault, string, string])[] = [
  ['end-mid', 'Hello', 'ai_failed'],
  ['error-mid', 'Hello', 'ai_failed'],
  ['malformed-mid', 'Hello', 'ai_failed'],
  ['error-first', '', 'ai_failed'],
  ['malformed-first', '', 'ai_failed'],
  ['no-finish', 'Hello world', 'ai_failed'],
  ['stall-before-first', '', 'ai_timeout'],
]

let test: Awaited<ReturnType<typeof startTestApp>>
let stage: Stage
let stub: StubUpstream
let plan: StubPlan = {}
const logged: string[] = []
const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) })

beforeAll(async () => {
  test = await startTestApp({}, log)
  stage = await setTheStage(test.database.prisma)
  stub = await startStubUpstream(() => plan)
  for (const model of [
    'model',
    ...CANARY_FAULTS.map((fault) => `canary-${fault}`),
    ...FAULTS.map(([fault]) => fault),
  ]) {
    await addModel(model)
  }
  await test.database.prisma.aiBudget.create({
    data: { id: newId(), scope: 'platform', scopeId: '', period: 'day', limit: 10n ** 9n },
  })
})
afterAll(async () => {
  await test.close()
  await stub.close()
})

/** With a provider of its own, or the breaker would spare the later ones. */
async function addModel(model: string): Promise<void> {
  const provider = { id: newId<string>(), name: model, kind: 'openai', baseUrl: stub.baseUrl }
  const limits = { position: 0, maxTokens: 100, contextTokens: 4000, firstTokenMs: 1000 }
  const prices = { inputPrice: 1_000_000n, outputPrice: 1_000_000n }
  const route = { id: newId<string>(), model, purpose: 'chat', upstreamModel: 'tiny', ...limits, ...prices }
  await test.database.prisma.aiProvider.create({ data: { ...provider, routes: { create: route } } })
}

const caller = () =>
  createCallerFactory(test.app.router)({
    actor: stage.actors.editor,
    requestId: 'test',
    address: '192.0.2.1',
    userAgent: 'test',
    cookies: new Map(),
    log,
    signal: new AbortController().signal,
    loadWorkspace: test.app.loadWorkspace,
    setCookie: () => {},
  })
const chat = () => caller().chat
const ai = () => caller().ai

/** Asks in a chat of its own, and waits for the end of the run. */
async function ask(text: string, model = 'model') {
  const { workspaceId } = stage
  const title = 'A chat'
  const chatId = (await chat().create({ workspaceId, title, isShared: true })).id as ChatSessionId
  const messageId = newId<ChatMessageId>()
  const place = { type: 'after' as const, messageId: null }
  await chat().ask({ workspaceId, chatId, messageId, place, text, attachments: [], model })
  const run = await vi.waitFor(
    async () => {
      const found = await test.database.prisma.aiRun.findFirstOrThrow({ where: { sessionId: chatId } })
      expect(['queued', 'running']).not.toContain(found.status)
      return found
    },
    { timeout: 10_000 },
  )
  const usage = await test.database.prisma.aiUsage.findFirstOrThrow({ where: { runId: run.id } })
  return { chatId, run, usage, state: await chat().read({ workspaceId, chatId }) }
}

/** Tables that hold this text, with the number of rows. */
async function tablesWith(text: string): Promise<Record<string, number>> {
  const { pool } = test.database
  const { rows: tables } = await pool.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  )
  expect(tables.length).toBeGreaterThan(20)
  const found: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await pool.query(`select 1 from ${name} t where t::text like $1`, [`%${text}%`])
    if (rows.length > 0) found[name] = rows.length
  }
  return found
}

describe('a prompt', () => {
  it.each(CANARY_FAULTS)('is found in its own message and nowhere else: %s', async (fault) => {
    const canary = `canary-${newId<string>()}`
    const model = `canary-${fault}`
    plan = { pieces: ['a good ', 'answer'], ...(fault === 'none' ? {} : { fault }) }
    const { state } = await ask(`What of ${canary}?`, model)
    expect(JSON.stringify(stub.seen.at(-1)?.body)).toContain(canary)
    expect(state.messages[0]?.text).toContain(canary)
    expect(await tablesWith(canary)).toEqual({ chat_message: 1 })
    expect(logged.join('')).not.toContain(canary)
  })

  it('that the model repeats is found in the answer too, and nowhere else', async () => {
    const canary = `canary-${newId<string>()}`
    plan = { pieces: ['you said ', canary] }
    await ask(canary)
    expect(await tablesWith(canary)).toEqual({ chat_message: 2 })
    expect(logged.join('')).not.toContain(canary)
  })
})

describe('a run whose server died', () => {
  it('is charged the text it had, and its question, by our own count and once', async () => {
    const { prisma } = test.database
    const { workspaceId } = stage
    const chatId = (await chat().create({ workspaceId, title: 'A chat', isShared: true })).id
    const requesterId = (stage.actors.editor as UserActor).userId
    const [messageId, id, usageId] = [newId<string>(), newId<string>(), newId<string>()]
    await prisma.chatMessage.create({
      data: { id: messageId, sessionId: chatId, authorId: requesterId, kind: 'ask', text: 'how many?' },
    })
    const { budgetId, startsAt, spent: before, reserved } = await prisma.aiBudgetPeriod.findFirstOrThrow()
    await prisma.aiUsage.create({
      data: {
        ...{ id: usageId, userId: requesterId, workspaceId, runId: id, model: 'model', purpose: 'chat' },
        ...{ usageSource: 'none', status: 'running' },
      },
    })
    await prisma.budgetReservation.create({
      data: { id: newId(), budgetId, startsAt, usageId, amount: 1000n, expiresAt: new Date(Date.now() + 60_000) },
    })
    await prisma.aiBudgetPeriod.updateMany({ where: { budgetId }, data: { reserved: reserved + 1000n } })
    await prisma.aiRun.create({
      data: {
        ...{ id, sessionId: chatId, messageId, answerId: newId<string>(), requesterId, model: 'model' },
        ...{ status: 'running', partial: 'twelve letters and some', leaseUntil: new Date(Date.now() - 1000) },
      },
    })
    await vi.waitFor(
      async () => expect(await prisma.aiRun.findUnique({ where: { id } })).toMatchObject({ status: 'interrupted' }),
      { timeout: 15_000 },
    )
    const usage = await prisma.aiUsage.findUniqueOrThrow({ where: { id: usageId } })
    expect(usage).toMatchObject({ status: 'failed', errorClass: 'server_lost', usageSource: 'estimated' })
    expect(usage.completionTokens).toBe(6)
    // The rules for the model are part of what was sent.
    expect(usage.promptTokens).toBeGreaterThan(50)
    expect(usage.cost).toBe(BigInt(usage.promptTokens + usage.completionTokens))
    const after = await prisma.aiBudgetPeriod.findFirstOrThrow()
    expect([after.spent - before, after.reserved]).toEqual([usage.cost, reserved])
  })
})

describe('a zero byte, which the database takes in no text,', () => {
  it('is shown as a sign where a model says it, and the answer is kept', async () => {
    plan = { pieces: ['so ', 'a\0b', '\0'] }
    const { state, run, usage } = await ask('say nothing')
    expect(run).toMatchObject({ status: 'done' })
    expect(state.messages.find(({ kind }) => kind === 'answer')?.text).toBe('so a\ufffdb\ufffd')
    expect(usage).toMatchObject({ status: 'done' })
  })

  it('is refused in what people choose', async () => {
    const { workspaceId } = stage
    const chatId = (await chat().create({ workspaceId, title: 'A chat', isShared: true })).id as ChatSessionId
    const messageId = newId<ChatMessageId>()
    const place = { type: 'after', messageId: null } as const
    const question = { workspaceId, chatId, messageId, place, text: 'hello', attachments: [] }
    await expect(chat().ask({ ...question, model: 'mo\0del' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const { keys } = ai()
    await expect(keys.create({ name: 'a\0b', scopes: ['chat'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

describe('every fault of a model', () => {
  it.each(FAULTS)(
    'ends a run in words, keeps its text, finishes its row and frees what it promised: %s',
    async (fault, text, code) => {
      plan = { fault }
      const { state, run, usage } = await ask('hello', fault)
      expect(run).toMatchObject({ status: 'failed', errorClass: code, partial: '' })
      expect(state.messages.at(-1)).toMatchObject({ kind: 'answer', text })
      expect(usage).toMatchObject({ status: 'failed', errorClass: code })
      expect(await test.database.prisma.budgetReservation.count()).toBe(0)
      expect(JSON.stringify(state)).not.toContain(UPSTREAM_SECRET)
      for (const seen of stub.seen) await seen.closed
    },
  )
})
