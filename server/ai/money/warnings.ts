import type { Pool, PoolClient } from 'pg'
import type { BudgetScope } from '#shared/api/ai.ts'
import type { Period } from './period.ts'

export interface Warning {
  /** `nearly`: four fifths are spent; `spent`: nothing is left, or too little for what was just asked. */
  readonly state: 'nearly' | 'spent'
  readonly budgetId: string
  readonly scope: BudgetScope
  readonly scopeId: string
  readonly period: Period
  readonly startsAt: Date
  readonly spent: bigint
  readonly limit: bigint
}

interface Row extends Pick<Warning, 'scope' | 'scopeId' | 'period' | 'startsAt'> {
  readonly id: string
  readonly spent: string
  readonly limit: string
}

const warningOf = ({ id, spent, limit, ...facts }: Row, state: Warning['state']): Warning => ({
  ...facts,
  state,
  budgetId: id,
  spent: BigInt(spent),
  limit: BigInt(limit),
})

/** That a budget refuses concerns everyone once most of it is spent; before, it is one call that asks for too much. */
export async function noteRefusals(
  pool: Pool,
  periods: readonly { readonly budgetId: string; readonly startsAt: Date }[],
  at: Date,
): Promise<Warning[]> {
  const { rows } = await pool.query<Row>(
    `update ai_budget_period p set spent_at = $3, warned_at = coalesce(p.warned_at, $3) from ai_budget b
     where (p.budget_id, p.starts_at) in (select * from unnest($1::text[], $2::timestamptz[]))
       and b.id = p.budget_id and p.spent_at is null and p.spent * 5 >= b."limit" * 4
     returning b.id, b.scope, b.scope_id as "scopeId", b.period, p.starts_at as "startsAt", p.spent, b."limit"`,
    [periods.map((p) => p.budgetId), periods.map((p) => p.startsAt), at],
  )
  return rows.map((row) => warningOf(row, 'spent'))
}

interface Payment {
  readonly ids: readonly string[]
  readonly starts: readonly Date[]
  /** What each had promised, and gets back. */
  readonly amounts: readonly string[]
  readonly cost: bigint
}

/** Charges these periods; answers those of which something is to be told now. */
export async function payPeriods(
  tx: PoolClient,
  { ids, starts, amounts, cost }: Payment,
  at: Date,
): Promise<Warning[]> {
  const { rows } = await tx.query<Row>(
    `with paid as (
       update ai_budget_period p set reserved = greatest(0, p.reserved - f.amount), spent = p.spent + $4::bigint
       from unnest($1::text[], $2::timestamptz[], $3::bigint[]) as f (budget_id, starts_at, amount)
       where p.budget_id = f.budget_id and p.starts_at = f.starts_at
       returning p.budget_id, p.starts_at, p.spent, p.warned_at, p.spent_at
     ) select b.id, b.scope, b.scope_id as "scopeId", b.period, paid.starts_at as "startsAt", paid.spent, b."limit"
       from paid join ai_budget b on b.id = paid.budget_id
       where (paid.warned_at is null and paid.spent * 5 >= b."limit" * 4)
         or (paid.spent_at is null and paid.spent >= b."limit")`,
    [ids, starts, amounts, cost],
  )
  const warnings = rows.map((row) => warningOf(row, BigInt(row.spent) < BigInt(row.limit) ? 'nearly' : 'spent'))
  if (warnings.length === 0) return []
  await tx.query(
    `update ai_budget_period p set warned_at = coalesce(p.warned_at, $3),
       spent_at = case when t.is_spent then $3 else p.spent_at end
     from unnest($1::text[], $2::timestamptz[], $4::boolean[]) as t (budget_id, starts_at, is_spent)
     where p.budget_id = t.budget_id and p.starts_at = t.starts_at`,
    [warnings.map((w) => w.budgetId), warnings.map((w) => w.startsAt), at, warnings.map((w) => w.state === 'spent')],
  )
  return warnings
}
