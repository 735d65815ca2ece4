import type { Pool, PoolClient } from 'pg'
import { AppError } from '#shared/errors.ts'
import type { GatewayCaller, TokenUsage } from '../gateway/types.ts'
import type { ErrorClass } from '../gateway/failure.ts'
import type { Purpose } from '#shared/api/ai.ts'
import { createBudgetList } from './budget-list.ts'
import { periodStart, secondsToNext } from './period.ts'
import { noteRefusals, paySql, type Row, type Warning, warningsOf } from './warnings.ts'

export interface Opening {
  readonly usageId: string
  readonly caller: GatewayCaller
  readonly model: string
  readonly purpose: Purpose
  /** The most it may cost, in millionths of the currency. */
  readonly amount: bigint
}

/** A call let through; must be settled. */
export interface Opened {
  readonly usageId: string
  readonly periods: readonly { readonly budgetId: string; readonly startsAt: Date }[]
  /** Resolves once the usage row stands. */
  readonly recorded: Promise<unknown>
}

export interface Settlement {
  readonly provider: string | null
  readonly usage: TokenUsage
  readonly cost: bigint
  readonly firstTokenMs: number | null
  readonly totalMs: number
  readonly status: 'done' | 'stopped' | 'failed'
  readonly errorClass: ErrorClass | null
}

export interface LedgerOptions {
  readonly pool: Pool
  readonly now: () => number
  /** After this a reservation is taken for one whose server died. */
  readonly expiresMs: number
  /** A budget has passed 80 %, or begins to refuse; each is told once a period. */
  onWarning(warning: Warning): void
}

export interface Ledger {
  /** Reserves with every budget that applies, or throws `ai_budget_exhausted` and reserves with none. */
  open(opening: Opening): Promise<Opened>
  /** Charges what was used, frees the rest and finishes the usage row, with `also` in one transaction. */
  settle(opened: Opened, settlement: Settlement, also?: (tx: PoolClient) => Promise<void>): Promise<void>
  /** Frees what was never settled; runs of chats are left to who ends them. Resolves to the number of calls. */
  reap(): Promise<number>
  /**
   * Charges a run whose server died what had come of it, and frees the rest. `end` ends it in the same transaction, and
   * answers its text; null where it is not to be ended, and then nothing is done and this resolves to false.
   */
  abandonRun(
    runId: string,
    used: (model: string, text: string) => Pick<Settlement, 'usage' | 'cost'>,
    end: (tx: PoolClient) => Promise<string | null>,
  ): Promise<boolean>
  /** After an admin changed a budget. */
  forgetBudgets(): void
}

/**
 * Commits without waiting for the disk: others wait for the row of a period until its lock is given back. Were
 * PostgreSQL to crash within the half second, a promise or a cost would be missing, never money be spent twice.
 */
const QUICK = `set_config('synchronous_commit', 'off', true)`

/**
 * The row of the period is locked and judged in the statement that reserves: two reservations can never both take what
 * is left. Budgets are locked in the order of their ids, everywhere, so that no two calls wait for each other.
 */
const RESERVE = {
  name: 'ai-reserve',
  text: `
  with wanted as (
    select p.budget_id, p.starts_at from ai_budget_period p
    where (p.budget_id, p.starts_at) in (select * from unnest($1::text[], $2::timestamptz[]))
    order by p.budget_id for update
  ), taken as (
    update ai_budget_period p set reserved = p.reserved + $3::bigint
    from wanted w, ai_budget b
    where p.budget_id = w.budget_id and p.starts_at = w.starts_at and b.id = w.budget_id
      and p.spent + p.reserved + $3::bigint <= b."limit"
    returning p.budget_id, p.starts_at
  ), promised as (
    insert into budget_reservation (id, budget_id, starts_at, usage_id, amount, expires_at)
    select $4 || '.' || budget_id, budget_id, starts_at, $4, $3::bigint, $5 from taken
  ), noted as (${insertUsage(6)})
  select budget_id, ${QUICK} from taken`,
}

/** The row of a call is finished and its periods are charged in one statement: what is waited for is paid once. */
const settleSql = (returning: string): string => `
  with before as (
    select id, cost from ai_usage where id = $1 for update
  ), used as (
    update ai_usage u set provider = $2, prompt_tokens = $3, completion_tokens = $4, usage_source = $5, cost = $6,
      first_token_ms = $7, total_ms = $8, status = $9, error_class = $10
    from before where u.id = before.id returning before.cost as charged${returning}
  ), ${paySql({
    usageId: 1,
    ids: 11,
    starts: 12,
    now: 13,
    // A run that was taken for dead has been charged some of it already.
    cost: '$6::bigint - coalesce((select charged from used), 0)',
  })}`
const SETTLE = { name: 'ai-settle', text: settleSql('') }
const SETTLE_QUICKLY = { name: 'ai-settle-quickly', text: settleSql(`, ${QUICK}`) }

const CHARGE = `with ${paySql({ usageId: 1, ids: 2, starts: 3, now: 4, cost: '$5::bigint' })}`

function insertUsage(from: number): string {
  const at = (offset: number) => `$${from + offset}`
  return `insert into ai_usage (id, at, user_id, workspace_id, api_key_id, run_id, request_id, model, purpose, usage_source, status)
    values (${[0, 1, 2, 3, 4, 5, 6, 7, 8].map(at).join(', ')}, 'none', 'running')`
}

const RECORD = { name: 'ai-record', text: `${insertUsage(1)} returning ${QUICK}` }

export function createLedger(options: LedgerOptions): Ledger {
  const { pool, now } = options
  const budgets = createBudgetList(pool, now)

  const usageValues = ({ usageId, caller, model, purpose }: Opening) => [
    usageId,
    new Date(now()),
    caller.userId,
    caller.workspaceId,
    caller.apiKeyId ?? null,
    caller.runId ?? null,
    caller.requestId ?? null,
    model,
    purpose,
  ]

  const open = async (opening: Opening): Promise<Opened> => {
    const applicable = await budgets.applyingTo(opening.caller)
    if (applicable.length === 0) {
      const recorded = pool.query({ ...RECORD, values: usageValues(opening) })
      // Heard again when the call is settled; a database that is away must not end the process before.
      recorded.catch(() => undefined)
      return { usageId: opening.usageId, periods: [], recorded }
    }
    const periods = applicable.map(({ id, period }) => ({ budgetId: id, startsAt: periodStart(period, now()) }))
    await budgets.ensurePeriods(periods)
    const values = [
      periods.map((p) => p.budgetId),
      periods.map((p) => p.startsAt),
      opening.amount,
      opening.usageId,
      new Date(now() + options.expiresMs),
      ...usageValues(opening),
    ]
    const { rows } = await pool.query<{ budget_id: string }>({ ...RESERVE, values })
    const taken = new Set(rows.map((row) => row.budget_id))
    const exhausted = applicable.find(({ id }) => !taken.has(id))
    const opened = { usageId: opening.usageId, periods, recorded: Promise.resolve() }
    if (!exhausted) return opened
    await settle({ ...opened, periods: periods.filter((p) => taken.has(p.budgetId)) }, REFUSED)
    const refusing = periods.filter((p) => !taken.has(p.budgetId))
    for (const warning of await noteRefusals(pool, refusing, new Date(now()))) options.onWarning(warning)
    throw new AppError('ai_budget_exhausted', undefined, {
      details: {
        scope: exhausted.scope,
        period: exhausted.period,
        retryAfterSeconds: secondsToNext(exhausted.period, now()),
      },
    })
  }

  const settle: Ledger['settle'] = async (opened, settlement, also) => {
    await opened.recorded
    const values = [
      opened.usageId,
      settlement.provider,
      settlement.usage.promptTokens,
      settlement.usage.completionTokens,
      settlement.usage.source,
      settlement.cost,
      settlement.firstTokenMs === null ? null : Math.round(settlement.firstTokenMs),
      Math.round(settlement.totalMs),
      settlement.status,
      settlement.errorClass,
      opened.periods.map((p) => p.budgetId),
      opened.periods.map((p) => p.startsAt),
      new Date(now()),
    ]
    // What its caller stores with it is to last; a usage row alone need not hold up everyone's budget.
    const { rows } = also
      ? await inTransaction(pool, async (tx) => {
          await tx.query('select 1 from ai_usage where id = $1 for update', [opened.usageId])
          await also(tx)
          return tx.query<Row>({ ...SETTLE, values })
        })
      : await pool.query<Row>({ ...SETTLE_QUICKLY, values })
    for (const warning of warningsOf(rows)) options.onWarning(warning)
  }

  /** Finishes the row of a call whose server is gone, where it is still open: nothing is charged twice. */
  const giveUp = async (
    tx: PoolClient,
    usageId: string,
    { usage, cost }: Pick<Settlement, 'usage' | 'cost'>,
  ): Promise<Warning[]> => {
    const { rowCount } = await tx.query(
      `update ai_usage set status = 'failed', error_class = 'server_lost', prompt_tokens = $2, completion_tokens = $3,
         usage_source = $4, cost = $5 where id = $1 and status = 'running'`,
      [usageId, usage.promptTokens, usage.completionTokens, usage.source, cost],
    )
    const { rows } = await tx.query<{ budget_id: string; starts_at: Date }>(
      'select budget_id, starts_at from budget_reservation where usage_id = $1 order by budget_id',
      [usageId],
    )
    const { rows: told } = await tx.query<Row>(CHARGE, [
      usageId,
      rows.map((row) => row.budget_id),
      rows.map((row) => row.starts_at),
      new Date(now()),
      rowCount === 1 ? cost : 0n,
    ])
    return warningsOf(told)
  }

  return {
    open,
    settle,
    async reap() {
      const { rows } = await pool.query<{ id: string }>(
        `select u.id from ai_usage u
         where u.id in (
             select usage_id from budget_reservation where expires_at < $1
             union select id from ai_usage where status = 'running' and at < $2
           ) and not exists (select 1 from ai_run r where r.id = u.run_id and r.status = 'running')
         limit 1000`,
        [new Date(now()), new Date(now() - options.expiresMs)],
      )
      for (const { id } of rows) await inTransaction(pool, (tx) => giveUp(tx, id, { usage: NOTHING, cost: 0n }))
      return rows.length
    },
    async abandonRun(runId, used, end) {
      const done = await inTransaction(pool, async (tx) => {
        // Rows of usage before those of runs, as a settlement takes them: two never wait for each other.
        const { rows } = await tx.query<{ id: string; model: string }>(
          `select id, model from ai_usage where run_id = $1 and status = 'running' order by at desc, id for update`,
          [runId],
        )
        const text = await end(tx)
        if (text === null) return null
        const warnings: Warning[] = []
        // The text is the last call's.
        for (const [i, { id, model }] of rows.entries()) {
          warnings.push(...(await giveUp(tx, id, i === 0 ? used(model, text) : { usage: NOTHING, cost: 0n })))
        }
        return warnings
      })
      for (const warning of done ?? []) options.onWarning(warning)
      return done !== null
    },
    forgetBudgets: budgets.forget,
  }
}

const NOTHING: TokenUsage = { promptTokens: 0, completionTokens: 0, source: 'none' }

const REFUSED: Settlement = {
  provider: null,
  usage: NOTHING,
  cost: 0n,
  firstTokenMs: null,
  totalMs: 0,
  status: 'failed',
  errorClass: 'ai_budget_exhausted',
}

async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect()
  let broken: Error | undefined
  try {
    await tx.query('begin')
    const result = await work(tx)
    await tx.query('commit')
    return result
  } catch (error) {
    await tx.query('rollback').catch((cause: unknown) => (broken = cause as Error))
    throw error
  } finally {
    tx.release(broken)
  }
}
