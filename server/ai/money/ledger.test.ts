import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AiRunId, UserId, WorkspaceId } from '#shared/ids.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import type { GatewayCaller } from '../gateway/types.ts'
import { createLedger, type Opened, type Settlement } from './ledger.ts'
import type { Warning } from './warnings.ts'

let database: TestDatabase
let time = Date.UTC(2026, 10, 23, 12)
const warnings: Warning[] = []
const ledgerOf = (db: TestDatabase) =>
  createLedger({ pool: db.pool, now: () => time, expiresMs: 360_000, onWarning: (w) => warnings.push(w) })
let ledger: ReturnType<typeof ledgerOf>

beforeAll(async () => {
  database = await createTestDatabase()
  ledger = ledgerOf(database)
})
beforeEach(() => {
  warnings.length = 0
})
afterAll(() => database.close())

const caller = (facts: Partial<GatewayCaller> = {}): GatewayCaller => ({
  userId: newId<UserId>(),
  workspaceId: null,
  ...facts,
})
const open = (who: GatewayCaller, amount: bigint) =>
  ledger.open({ usageId: newId(), caller: who, model: 'chat', purpose: 'chat', amount })
const settlement = (cost: bigint, status: Settlement['status'] = 'done'): Settlement => ({
  provider: 'one',
  usage: { promptTokens: 1, completionTokens: 1, source: 'measured' },
  cost,
  firstTokenMs: 1,
  totalMs: 2,
  status,
  errorClass: null,
})
async function budget(scope: string, scopeId: string, limit: bigint, period = 'day'): Promise<string> {
  const id = newId<string>()
  await database.prisma.aiBudget.create({ data: { id, scope, scopeId, period, limit } })
  ledger.forgetBudgets()
  return id
}
const stateOf = (budgetId: string) =>
  database.prisma.aiBudgetPeriod.findFirstOrThrow({ where: { budgetId }, select: { spent: true, reserved: true } })

describe('a budget', () => {
  it('for a hundred lets exactly a hundred of two hundred parallel calls through', async () => {
    const who = caller({ workspaceId: newId<WorkspaceId>() })
    const id = await budget('user', who.userId, 1000n)
    const wide = await budget('workspace', who.workspaceId!, 5000n)
    const answers = await Promise.allSettled(Array.from({ length: 200 }, () => open(who, 10n)))
    const opened = answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : []))
    const refused = answers.flatMap((a) => (a.status === 'rejected' ? [a.reason as { code: string }] : []))
    expect(opened).toHaveLength(100)
    expect(new Set(refused.map((r) => r.code))).toEqual(new Set(['ai_budget_exhausted']))
    expect(await stateOf(id)).toEqual({ spent: 0n, reserved: 1000n })
    expect(await stateOf(wide)).toEqual({ spent: 0n, reserved: 1000n })

    await Promise.all(opened.map((o: Opened) => ledger.settle(o, settlement(4n))))
    expect(await stateOf(id)).toEqual({ spent: 400n, reserved: 0n })
    expect(await stateOf(wide)).toEqual({ spent: 400n, reserved: 0n })
    const rows = await database.prisma.aiUsage.groupBy({ by: ['status'], where: { userId: who.userId }, _count: true })
    expect(rows.map((r) => [r.status, r._count]).toSorted()).toEqual([
      ['done', 100],
      ['failed', 100],
    ])
  })

  it('that is the narrowest of those exhausted is the one that is told', async () => {
    const who = caller()
    await budget('user', who.userId, 5n, 'month')
    await expect(open(who, 6n)).rejects.toMatchObject({ details: { scope: 'user', period: 'month' } })
  })

  it('begins anew with its next period', async () => {
    const who = caller()
    await budget('user', who.userId, 10n)
    await ledger.settle(await open(who, 10n), settlement(10n))
    await expect(open(who, 1n)).rejects.toMatchObject({ details: { retryAfterSeconds: 43_200 } })
    time += 12 * 3_600_000
    await open(who, 1n)
  })

  it('warns once when four fifths are spent', async () => {
    const who = caller()
    const id = await budget('user', who.userId, 100n)
    await ledger.settle(await open(who, 90n), settlement(79n))
    expect(warnings).toEqual([])
    await ledger.settle(await open(who, 10n), settlement(1n))
    await ledger.settle(await open(who, 10n), settlement(1n))
    expect(warnings).toEqual([
      {
        state: 'nearly',
        budgetId: id,
        scope: 'user',
        scopeId: who.userId,
        period: 'day',
        startsAt: new Date(Date.UTC(2026, 10, 24)),
        spent: 80n,
        limit: 100n,
      },
    ])
  })

  it('says once that it is spent, however many are refused at once', async () => {
    const who = caller()
    await budget('user', who.userId, 100n)
    await ledger.settle(await open(who, 100n), settlement(95n))
    expect(warnings.map((w) => w.state)).toEqual(['nearly'])
    await Promise.allSettled(Array.from({ length: 20 }, () => open(who, 10n)))
    expect(warnings.map((w) => w.state)).toEqual(['nearly', 'spent'])
    await ledger.settle(await open(who, 5n), settlement(5n))
    expect(warnings).toHaveLength(2)
  })

  it('that is spent by one call is told of as spent alone', async () => {
    const who = caller()
    await budget('user', who.userId, 100n)
    await ledger.settle(await open(who, 100n), settlement(100n))
    await expect(open(who, 1n)).rejects.toMatchObject({ code: 'ai_budget_exhausted' })
    expect(warnings.map((w) => w.state)).toEqual(['spent'])
  })

  it('is not spent for everyone because one call asks for more than there is', async () => {
    const who = caller()
    await budget('user', who.userId, 100n)
    await expect(open(who, 101n)).rejects.toMatchObject({ code: 'ai_budget_exhausted' })
    expect(warnings).toEqual([])
  })

  it('of someone else, or of a workspace not charged, is not touched', async () => {
    const id = await budget('user', newId(), 1n)
    await open(caller(), 100n)
    expect(await database.prisma.aiBudgetPeriod.count({ where: { budgetId: id } })).toBe(0)
  })
})

describe('a reservation', () => {
  it('whose server died is freed when it expires, and its usage row finished', async () => {
    const who = caller()
    const id = await budget('user', who.userId, 10n)
    const { usageId } = await open(who, 10n)
    const unbudgeted = await open(caller(), 1n)
    await unbudgeted.recorded
    await ledger.reap()
    expect(await stateOf(id)).toMatchObject({ reserved: 10n })
    time += 360_001
    await ledger.reap()
    expect(await stateOf(id)).toEqual({ spent: 0n, reserved: 0n })
    for (const one of [usageId, unbudgeted.usageId]) {
      expect(await database.prisma.aiUsage.findUnique({ where: { id: one } })).toMatchObject({
        status: 'failed',
        errorClass: 'server_lost',
      })
    }
  })

  it('that expired before its call ended is charged nonetheless, once', async () => {
    const who = caller()
    const id = await budget('user', who.userId, 100n)
    const opened = await open(who, 10n)
    time += 360_001
    await ledger.reap()
    await ledger.settle(opened, settlement(7n))
    expect(await stateOf(id)).toEqual({ spent: 7n, reserved: 0n })
  })

  const came = (cost: bigint) => () => ({
    usage: { promptTokens: 3, completionTokens: 2, source: 'estimated' as const },
    cost,
  })
  const ended = () => Promise.resolve('what came')
  const usageOf = (id: string) => database.prisma.aiUsage.findUniqueOrThrow({ where: { id } })

  it('of a run that was given up is freed at once, and what had come of it charged, once', async () => {
    const who = caller({ runId: newId<AiRunId>() })
    const id = await budget('user', who.userId, 100n)
    const { usageId } = await open(who, 10n)
    const answers = await Promise.all([1, 2].map(() => ledger.abandonRun(who.runId!, came(4n), ended)))
    expect(answers).toEqual([true, true])
    expect(await stateOf(id)).toEqual({ spent: 4n, reserved: 0n })
    const facts = { promptTokens: 3, completionTokens: 2, usageSource: 'estimated', cost: 4n, status: 'failed' }
    expect(await usageOf(usageId)).toMatchObject({ ...facts, errorClass: 'server_lost' })
  })

  it('of a run whose server was slow, not dead, is charged what it used in the end and not both', async () => {
    const who = caller({ runId: newId<AiRunId>() })
    const id = await budget('user', who.userId, 100n)
    const opened = await open(who, 10n)
    await ledger.abandonRun(who.runId!, came(4n), ended)
    await ledger.settle(opened, settlement(7n))
    expect(await stateOf(id)).toEqual({ spent: 7n, reserved: 0n })
    expect(await usageOf(opened.usageId)).toMatchObject({ cost: 7n, status: 'done' })
  })

  it('is left alone where the run turns out to be somebody else’s to end, or cannot be ended', async () => {
    const who = caller({ runId: newId<AiRunId>() })
    const id = await budget('user', who.userId, 100n)
    const { usageId } = await open(who, 10n)
    expect(await ledger.abandonRun(who.runId!, came(4n), () => Promise.resolve(null))).toBe(false)
    const broken = ledger.abandonRun(who.runId!, came(4n), () => Promise.reject(new Error('not ended')))
    await expect(broken).rejects.toThrow('not ended')
    expect(await stateOf(id)).toEqual({ spent: 0n, reserved: 10n })
    expect(await usageOf(usageId)).toMatchObject({ status: 'running', cost: 0n })
  })

  it('of a run that nobody has ended yet waits for who ends it, however long its server was away', async () => {
    const who = caller({ runId: newId<AiRunId>() })
    const id = await budget('user', who.userId, 100n)
    const { usageId } = await open(who, 10n)
    const run = { sessionId: newId<string>(), messageId: newId<string>(), requesterId: who.userId, model: 'chat' }
    await database.prisma.aiRun.create({ data: { ...run, id: who.runId!, status: 'running' } })
    time += 360_001
    await ledger.reap()
    expect(await usageOf(usageId)).toMatchObject({ status: 'running' })
    await ledger.abandonRun(who.runId!, came(4n), ended)
    expect(await stateOf(id)).toEqual({ spent: 4n, reserved: 0n })
  })

  it('is settled together with what its caller stores, or not at all', async () => {
    const who = caller()
    const id = await budget('user', who.userId, 100n)
    const opened = await open(who, 10n)
    await expect(ledger.settle(opened, settlement(5n), () => Promise.reject(new Error('not stored')))).rejects.toThrow(
      'not stored',
    )
    expect(await stateOf(id)).toEqual({ spent: 0n, reserved: 10n })
  })
})
