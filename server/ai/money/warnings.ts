import type { Pool } from 'pg'
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

export interface Row extends Pick<Warning, 'scope' | 'scopeId' | 'period' | 'startsAt'> {
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

/**
 * The end of a statement that frees what a call had promised and charges these periods; it answers those of which
 * something is to be told now, each once. `cost` is an expression, the numbers are those of its parameters. What `cost`
 * reads is done before the rows are locked that all calls share, so that they are for the shortest time.
 */
export const paySql = (at: { usageId: number; ids: number; starts: number; now: number; cost: string }): string => `
  freed as (
    delete from budget_reservation where usage_id = $${at.usageId} returning budget_id, amount
  ), due as materialized (
    select ${at.cost} as cost
  ), wanted as (
    select p.budget_id, p.starts_at, p.warned_at, p.spent_at, b.scope, b.scope_id, b.period, b."limit",
      p.spent + due.cost as spent,
      -- A reservation that had expired was freed by the reaper: then there is only the cost to note.
      greatest(0, p.reserved - coalesce(f.amount, 0)) as reserved
    from due cross join ai_budget_period p join ai_budget b on b.id = p.budget_id
      left join freed f on f.budget_id = p.budget_id
    where (p.budget_id, p.starts_at) in (select * from unnest($${at.ids}::text[], $${at.starts}::timestamptz[]))
    order by p.budget_id for update of p
  ), told as (
    select *, spent_at is null and spent >= "limit" as is_spent, warned_at is null and spent * 5 >= "limit" * 4 as is_nearly
    from wanted
  ), paid as (
    update ai_budget_period p set reserved = t.reserved, spent = t.spent,
      warned_at = case when t.is_nearly or t.is_spent then coalesce(t.warned_at, $${at.now}) else t.warned_at end,
      spent_at = case when t.is_spent then $${at.now} else t.spent_at end
    from told t where p.budget_id = t.budget_id and p.starts_at = t.starts_at
  ) select budget_id as id, scope, scope_id as "scopeId", period, starts_at as "startsAt", spent, "limit"
    from told where is_nearly or is_spent`

/** Of what a statement that ends in `paySql` answered. */
export const warningsOf = (rows: readonly Row[]): Warning[] =>
  rows.map((row) => warningOf(row, BigInt(row.spent) < BigInt(row.limit) ? 'nearly' : 'spent'))
