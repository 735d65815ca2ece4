import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { RouteTest } from '#shared/api/ai.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { peopleToWarn } from '#server/ai/money/budget-outlook.ts'
import { createInbox } from '#server/inbox/create-inbox.ts'
import { tellBudget } from './tell-budget.ts'
import { setTheStage, type Stage } from './testing/cast.ts'
import { startTestApp } from './testing/test-app.ts'

let test: Awaited<ReturnType<typeof startTestApp>>
let stage: Stage
let stub: StubUpstream
let plan: StubPlan = {}

beforeAll(async () => {
  test = await startTestApp()
  stage = await setTheStage(test.database.prisma)
  stub = await startStubUpstream(() => plan)
})
beforeEach(async () => {
  plan = {}
  await test.database.prisma.aiProvider.deleteMany()
  await test.database.prisma.aiBudget.deleteMany()
})
afterAll(async () => {
  await test.close()
  await stub.close()
})

const callerFor = (part: keyof Stage['actors']) =>
  createCallerFactory(test.app.router)({
    actor: stage.actors[part],
    requestId: 'test',
    address: '192.0.2.1',
    userAgent: 'test',
    cookies: new Map(),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    loadWorkspace: test.app.loadWorkspace,
    setCookie: () => {},
  })
const callerOf = (part: 'platform' | 'editor' | 'viewer') => callerFor(part).ai
const userIdOf = (part: 'platform' | 'editor' | 'viewer') => (stage.actors[part] as UserActor).userId

async function addRoute(facts: { model?: string; price?: number; purpose?: 'chat' | 'completion' } = {}) {
  const admin = callerOf('platform').admin
  const provider = await admin.saveProvider({
    name: 'stub',
    kind: 'openai',
    baseUrl: stub.baseUrl,
    apiKey: 'sk-secret',
  })
  const route = {
    model: facts.model ?? 'chat',
    purpose: facts.purpose ?? ('chat' as const),
    providerId: provider.id,
    upstreamModel: 'tiny',
    maxTokens: 10,
    contextTokens: 4000,
    inputPrice: facts.price ?? 0,
    outputPrice: facts.price ?? 0,
  }
  return { provider, route: await admin.saveRoute(route), facts: route }
}

const ask = (token: string) =>
  fetch(`${test.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'hi' }], stream: true }),
  })
const makeKey = async (part: 'editor' | 'viewer', workspaceId: Stage['workspaceId'] | null = null) =>
  callerOf(part).keys.create({ name: 'laptop', scopes: ['chat'], workspaceId })

describe('with nothing configured', () => {
  it('everybody is told so in a form that a screen can explain', async () => {
    expect(await callerOf('editor').status()).toEqual({ status: 'not_configured' })
    const { key } = await makeKey('editor')
    const answer = await ask(key)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ error: { code: 'ai_not_configured' } })
    const health = await fetch(`${test.origin}/v1/health`, { headers: { authorization: `Bearer ${key}` } })
    expect(await health.json()).toMatchObject({ status: 'not_configured' })
  })
})

describe('a provider', () => {
  it('takes a key that is sealed, sent upstream, and never given back', async () => {
    await addRoute()
    expect(await callerOf('editor').status()).toEqual({ status: 'ready', chatModels: ['chat'], completionModels: [] })
    await (await ask((await makeKey('editor')).key)).text()
    expect(stub.seen.at(-1)?.headers.authorization).toBe('Bearer sk-secret')
    expect(JSON.stringify(await callerOf('platform').admin.config())).not.toContain('sk-secret')
    const { rows } = await test.database.pool.query(
      `select 1 from ai_provider p where p::text like '%sk-secret%' union all
       select 1 from audit_event a where a::text like '%sk-secret%'`,
    )
    expect(rows).toEqual([])
  })

  it('that moves to another address does not take its key along', async () => {
    const { provider } = await addRoute()
    const { admin } = callerOf('platform')
    const moved = { id: provider.id, name: 'stub', kind: 'openai' as const, baseUrl: 'http://127.0.0.1:9' }
    await admin.saveProvider(moved)
    expect((await admin.config()).providers[0]).toMatchObject({ hasApiKey: false })
  })

  it.each(['ftp://models', 'http://user:password@models/v1', 'http://models/v1?x=1', 'models'])(
    'has a plain http address, not %s',
    async (baseUrl) => {
      const saving = callerOf('platform').admin.saveProvider({ name: 'x', kind: 'openai', baseUrl })
      await expect(saving).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )
})

describe('routes of one model', () => {
  it('are tried in the order that an admin gives them', async () => {
    const { admin } = callerOf('platform')
    const first = await addRoute()
    const second = await admin.saveRoute({ ...first.facts, upstreamModel: 'other' })
    await admin.orderRoutes({ ids: [second.id, first.route.id] })
    expect((await admin.config()).routes.map((route) => [route.upstreamModel, route.position])).toEqual([
      ['other', 0],
      ['tiny', 1],
    ])
    await expect(admin.orderRoutes({ ids: [second.id] })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it.each<[string, StubPlan, RouteTest['status']]>([
    ['answers', {}, 'ok'],
    ['has a wrong key', { status: { code: 401 } }, 'wrong_key'],
    [
      'has a wrong key of LiteLLM',
      { status: { code: 400, body: { error: { type: 'no_db_connection' } } } },
      'wrong_key',
    ],
    ['does not know the model', { status: { code: 404 } }, 'unknown_model'],
    [
      'does not know the model in LiteLLM',
      {
        status: { code: 400, body: { error: { message: '/chat/completions: Invalid model name passed in model=x' } } },
      },
      'unknown_model',
    ],
    ['has too much to do', { status: { code: 429 } }, 'busy'],
    ['is broken', { status: { code: 500 } }, 'failed'],
  ])('can be tested, and one is told when it %s', async (_, given, status) => {
    const { route } = await addRoute()
    plan = given
    expect(await callerOf('platform').admin.testRoute({ id: route.id })).toMatchObject({ status })
  })

  it('can be tested where nobody listens', async () => {
    const { provider, route } = await addRoute()
    const { admin } = callerOf('platform')
    await admin.saveProvider({ id: provider.id, name: 'x', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' })
    expect(await admin.testRoute({ id: route.id })).toEqual({ status: 'unreachable' })
  })
})

describe('a key', () => {
  it('is shown once, listed by its last letters, and opens nothing after it is revoked', async () => {
    await addRoute()
    const { keys } = callerOf('editor')
    const { id, key } = await keys.create({ name: 'laptop', scopes: ['chat'] })
    expect((await ask(key)).status).toBe(200)
    const row = (await keys.list()).find((k) => k.id === id)
    expect(row).toMatchObject({ name: 'laptop', hint: key.slice(-4), scopes: ['chat'] })
    expect(JSON.stringify(row)).not.toContain(key.slice(4, 20))
    await keys.revoke({ id })
    expect((await ask(key)).status).toBe(401)
    await expect(keys.revoke({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('that is revoked ends what is under way with it', async () => {
    await addRoute()
    plan = { beforePiece: (index) => (index === 1 ? new Promise(() => {}) : undefined) }
    const { id, key } = await makeKey('editor')
    const answer = await ask(key)
    const reading = answer.text().then(
      () => 'ended',
      () => 'cut',
    )
    await callerOf('editor').keys.revoke({ id })
    expect(await reading).toBe('cut')
    expect((await stub.seen.at(-1)!.closed).isCut).toBe(true)
  })

  it('of somebody else cannot be revoked', async () => {
    const { id } = await makeKey('editor')
    await expect(callerOf('viewer').keys.revoke({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('for a workspace is made only by those who may use AI there', async () => {
    await expect(makeKey('viewer', stage.workspaceId)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(makeKey('editor', stage.foreignWorkspaceId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('money', () => {
  it('that has run out refuses with a sentence that says so, and with what to wait for', async () => {
    await addRoute({ price: 1_000_000 })
    const { admin } = callerOf('platform')
    await admin.setBudget({ scope: 'user', scopeId: userIdOf('editor'), period: 'day', limit: 5 })
    const answer = await ask((await makeKey('editor')).key)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(await answer.json()).toMatchObject({ error: { type: 'insufficient_quota', code: 'insufficient_quota' } })
    expect((await ask((await makeKey('viewer')).key)).status).toBe(200)
  })

  it('is shown as spent, by model, person and workspace, over time', async () => {
    const { provider } = await addRoute({ model: 'chat', price: 1_000_000 })
    expect(provider.id).toBeTruthy()
    const { admin, usage } = callerOf('platform')
    await admin.setBudget({ scope: 'workspace', scopeId: stage.workspaceId, period: 'month', limit: 1_000_000 })
    await (await ask((await makeKey('editor', stage.workspaceId)).key)).text()
    expect(await admin.budgets()).toMatchObject([{ scopeName: 'stage', spent: 10, reserved: 0, limit: 1_000_000 }])

    const window = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 1000).toISOString(),
    }
    const mine = { promptTokens: 7, completionTokens: 3, cost: 10, calls: 1, failed: 0 }
    const byWorkspace = await usage.platform({ ...window, by: 'workspace' })
    expect(byWorkspace).toContainEqual(expect.objectContaining({ ...mine, key: stage.workspaceId, label: 'stage' }))
    const inside = await callerOf('viewer').usage.workspace({ ...window, workspaceId: stage.workspaceId, by: 'person' })
    expect(inside).toEqual([expect.objectContaining({ ...mine, key: userIdOf('editor'), label: 'Cast Member' })])
    expect((await callerOf('editor').usage.own({ ...window, by: 'workspace' })).map((p) => p.key)).toContain(
      stage.workspaceId,
    )
    await expect(usage.platform({ from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})

describe('what is left of a budget', () => {
  it('is told to who may ask there, as shares and with who can raise it, and only to them', async () => {
    const { workspaceId } = stage
    const admin = callerOf('platform').admin
    await admin.setBudget({ scope: 'workspace', scopeId: workspaceId, period: 'month', limit: 100 })
    await admin.setBudget({ scope: 'user', scopeId: userIdOf('viewer'), period: 'day', limit: 100 })
    expect(await callerOf('editor').budgets.workspace({ workspaceId })).toEqual({
      budgets: [{ scope: 'workspace', period: 'month', usedShare: 0, beginsAnewAt: expect.any(String) as string }],
      raisers: ['Cast Member'],
    })
    await expect(callerOf('viewer').budgets.workspace({ workspaceId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await callerOf('viewer').budgets.own()).budgets).toMatchObject([{ scope: 'user', period: 'day' }])
    expect((await callerOf('editor').budgets.own()).budgets).toEqual([])
  })

  it('warns those whose work it will stop: no viewer, no stranger, nobody suspended', async () => {
    const { workspaceId } = stage
    const facts = {
      budgetId: 'b',
      state: 'nearly',
      period: 'day',
      startsAt: new Date(0),
      spent: 80n,
      limit: 100n,
    } as const
    const warned = async (scope: 'user' | 'workspace' | 'platform', scopeId: string) =>
      (await peopleToWarn(test.database.pool, { ...facts, scope, scopeId })).toSorted()
    const idsOf = (...parts: (keyof Stage['actors'])[]) =>
      parts.map((part) => (stage.actors[part] as UserActor).userId).toSorted()
    expect(await warned('workspace', workspaceId)).toEqual(idsOf('owner', 'admin', 'editor'))
    expect(await warned('user', userIdOf('viewer'))).toEqual(idsOf('viewer'))
    expect(await warned('platform', '')).toEqual(idsOf('platform'))
  })

  it('is in the inbox of whom it stops, once for each limit and state', async () => {
    const { workspaceId } = stage
    const warning = {
      state: 'nearly',
      budgetId: 'b',
      scope: 'workspace',
      scopeId: workspaceId,
      period: 'day',
      startsAt: new Date(Date.UTC(2026, 10, 23)),
      spent: 80n,
      limit: 100n,
    } as const
    const inbox = createInbox({ pool: test.database.pool, onChanged: () => undefined, now: Date.now })
    const here: string[] = []
    const ways = { pool: test.database.pool, inbox, toUser: (id: string) => void here.push(id) }
    const list = async (part: keyof Stage['actors']) => (await callerFor(part).inbox.list()).notices
    await tellBudget(ways, warning)
    await tellBudget(ways, warning)
    expect(await list('editor')).toMatchObject([
      {
        isRead: false,
        workspace: { id: workspaceId },
        facts: { state: 'nearly', usedShare: 0.8, beginsAnewAt: '2026-11-24T00:00:00.000Z' },
      },
    ])
    await tellBudget(ways, { ...warning, state: 'spent', spent: 100n })
    await tellBudget(ways, { ...warning, limit: 90n })
    expect(await list('editor')).toHaveLength(3)
    expect([await list('viewer'), await list('platform')]).toEqual([[], []])
  })
})
