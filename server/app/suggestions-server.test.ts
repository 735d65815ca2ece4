import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AskResult, DecideResult } from '#shared/api/suggestions.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { newId } from '#server/platform/tokens.ts'
import { makeDiskWorkspace, makePerson, type Person } from './testing/disk-workspace.ts'
import { startTestApp } from './testing/test-app.ts'

const TEXT = 'one\ntwo\nthree\n'
const CANARY = 'canary-5d1e'
const FAULTS = ['reset-before-first', 'reset-mid', 'end-mid', 'malformed-mid', 'error-mid'] as const

let test: Awaited<ReturnType<typeof startTestApp>>
let stub: StubUpstream
let plan: StubPlan
let workspaceId: WorkspaceId
let documentId: string
let root: string
let file: string
let asker: Person
let accepter: Person
const logged: string[] = []

beforeAll(async () => {
  test = await startTestApp({}, pino({ level: 'trace' }, { write: (line) => void logged.push(line) }))
  stub = await startStubUpstream(() => plan)
  ;({ workspaceId, root } = await makeDiskWorkspace(test.database.prisma, test.dataDir))
  // A provider each, or the breaker would spare the later ones.
  for (const model of ['chat', ...FAULTS]) {
    const provider = { id: newId<string>(), name: model, kind: 'openai', baseUrl: stub.baseUrl }
    const route = { model, purpose: 'chat', upstreamModel: 'tiny', position: 0, maxTokens: 100, contextTokens: 4000 }
    const prices = { inputPrice: 1_000_000n, outputPrice: 2_000_000n }
    await test.database.prisma.aiProvider.create({
      data: { ...provider, routes: { create: { id: newId(), ...route, ...prices } } },
    })
  }
})
beforeEach(async () => {
  plan = { pieces: ['```\n', 'ONE\ntwo\n', 'THREE\n```'] }
  file = `${newId<string>()}.txt`
  await writeFile(path.join(root, file), TEXT)
  asker = await makeEditor()
  accepter = await makeEditor()
  documentId = ((await call(asker, 'files.open', { path: file })) as { documentId: string }).documentId
})
afterAll(async () => {
  await test.close()
  await stub.close()
})

const makeEditor = () => makePerson(test.database.prisma, { workspaceId, role: 'editor' })

/** Calls a procedure as a browser does. Throws the app's code. */
async function call(by: Person, name: string, input: object, signal?: AbortSignal): Promise<unknown> {
  const answer = await fetch(`${test.origin}/trpc/${name}`, {
    method: 'POST',
    headers: { cookie: by.cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ workspaceId, ...input }),
    ...(signal ? { signal } : {}),
  })
  const body = (await answer.json()) as { result?: { data: unknown }; error?: { data: { appCode: string } } }
  if (body.error) throw new Error(body.error.data.appCode)
  return body.result?.data
}

const ask = ({ model = 'chat', signal }: { model?: string; signal?: AbortSignal } = {}) =>
  call(
    asker,
    'suggestions.ask',
    { documentId, askId: newId<string>(), instruction: `Shout, ${CANARY}`, model },
    signal,
  ) as Promise<AskResult>

const usage = () =>
  test.database.prisma.aiUsage.findMany({ where: { userId: asker.actor.userId }, select: { status: true, cost: true } })

async function untilOnDisk(text: string): Promise<void> {
  for (;;) {
    await call(accepter, 'files.settle', { documentIds: [documentId] })
    if ((await readFile(path.join(root, file), 'utf8')) === text) return
  }
}

describe('AI in a document, over the whole server', () => {
  it('suggests, a colleague accepts, the file on the disk has it, and one undo takes it back', async () => {
    const result = await ask()
    if (result.status !== 'suggested') throw new Error(result.status)
    const { suggestion } = result
    expect(suggestion.hunks).toMatchObject([
      { baseText: 'one\n', newText: 'ONE\n' },
      { baseText: 'three\n', newText: 'THREE\n' },
    ])
    const choice = { suggestionId: suggestion.id }
    const done = (await call(accepter, 'suggestions.accept', { ...choice, positions: [0] })) as DecideResult
    expect(done).toMatchObject({ status: 'done', changed: [0] })
    await call(accepter, 'suggestions.reject', { ...choice, positions: [1] })
    await untilOnDisk('ONE\ntwo\nthree\n')
    expect(await call(accepter, 'suggestions.undo', choice)).toMatchObject({ status: 'done', changed: [0] })
    await untilOnDisk(TEXT)
    const [row] = await usage()
    expect(row).toMatchObject({ status: 'done' })
    expect(row!.cost).toBeGreaterThan(0n)
  })

  it('closes the model’s socket when the browser no longer waits', async () => {
    const { promise: speaking, resolve: speaks } = Promise.withResolvers<void>()
    plan = {
      pieces: ['```\nON', 'E'],
      beforePiece(index) {
        if (index === 0) return undefined
        speaks()
        return new Promise<void>(() => {})
      },
    }
    const leaving = new AbortController()
    const asking = ask({ signal: leaving.signal })
    asking.catch(() => {})
    await speaking
    leaving.abort()
    await expect(asking).rejects.toThrow('aborted')
    expect(await stub.seen.at(-1)!.closed).toMatchObject({ isCut: true })
  })

  it.each(FAULTS)('makes no suggestion of an answer with %s, and the call is settled', async (fault) => {
    plan = { ...plan, fault }
    await expect(ask({ model: fault })).rejects.toThrow(/^ai_(?:failed|unreachable)$/)
    expect(await test.database.prisma.suggestion.count({ where: { documentId } })).toBe(0)
    for (const { status } of await usage()) expect(status).toBe('failed')
  })

  it('says when the budget is used up, and asks nobody', async () => {
    const seen = stub.seen.length
    const admin = await makeEditor()
    const { userId } = admin.actor
    await test.database.prisma.user.update({ where: { id: userId }, data: { platformRole: 'admin' } })
    const budget = { scope: 'user', scopeId: asker.actor.userId, period: 'day', limit: 1 }
    await call(admin, 'ai.admin.setBudget', { ...budget, workspaceId: undefined })
    await expect(ask()).rejects.toThrow('ai_budget_exhausted')
    expect(stub.seen).toHaveLength(seen)
  })

  it('keeps an instruction out of every table and log', async () => {
    await ask()
    const { pool } = test.database
    const tables = await pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    expect(tables.rows.length).toBeGreaterThan(20)
    const found: string[] = []
    for (const { name } of tables.rows) {
      const { rowCount } = await pool.query(`select 1 from "${name}" t where t::text like $1`, [`%${CANARY}%`])
      if (rowCount !== 0) found.push(name)
    }
    expect(found).toEqual([])
    expect(logged.join('')).not.toContain(CANARY)
    expect(JSON.stringify(stub.seen.at(-1)!.body)).toContain(CANARY)
  })
})
