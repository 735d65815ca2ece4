import type { Pool } from 'pg'
import type { GatewayCaller } from '../gateway/types.ts'
import type { Period } from './period.ts'

export interface Budget {
  readonly id: string
  readonly scope: 'platform' | 'workspace' | 'user' | 'key'
  readonly scopeId: string
  readonly period: Period
}

/** How long another node's change may take to be seen here; limits themselves are read at each reservation. */
const FRESH_MS = 5000
const NARROWEST_FIRST = ['key', 'user', 'workspace', 'platform']

/** Which budgets there are: few rows, read once in a while rather than for each call. */
export function createBudgetList(pool: Pool, now: () => number) {
  let list: Promise<readonly Budget[]> | null = null
  let readAt = 0
  const ensured = new Set<string>()

  const read = async (): Promise<readonly Budget[]> => {
    const { rows } = await pool.query<Budget>('select id, scope, scope_id as "scopeId", period from ai_budget')
    return rows.toSorted((a, b) => NARROWEST_FIRST.indexOf(a.scope) - NARROWEST_FIRST.indexOf(b.scope))
  }
  const current = (): Promise<readonly Budget[]> => {
    if (list !== null && now() - readAt < FRESH_MS) return list
    readAt = now()
    const reading = read()
    list = reading
    reading.catch(() => {
      if (list === reading) list = null
    })
    return reading
  }

  return {
    /** The narrowest first. */
    async applyingTo({ userId, workspaceId, apiKeyId }: GatewayCaller): Promise<Budget[]> {
      const ids: Record<Budget['scope'], string | null> = {
        platform: '',
        workspace: workspaceId,
        user: userId,
        key: apiKeyId ?? null,
      }
      return (await current()).filter((budget) => ids[budget.scope] === budget.scopeId)
    },
    /** Makes the rows of periods that have just begun. */
    async ensurePeriods(periods: readonly { budgetId: string; startsAt: Date }[]): Promise<void> {
      const missing = periods.filter((p) => !ensured.has(keyOf(p)))
      if (missing.length === 0) return
      await pool.query(
        `insert into ai_budget_period (budget_id, starts_at)
         select id, starts_at from unnest($1::text[], $2::timestamptz[]) as m (id, starts_at)
         where exists (select 1 from ai_budget b where b.id = m.id)
         on conflict do nothing`,
        [missing.map((p) => p.budgetId), missing.map((p) => p.startsAt)],
      )
      if (ensured.size > 10_000) ensured.clear()
      for (const period of missing) ensured.add(keyOf(period))
    },
    forget(): void {
      list = null
      ensured.clear()
    },
  }
}

const keyOf = ({ budgetId, startsAt }: { budgetId: string; startsAt: Date }) => `${budgetId} ${startsAt.getTime()}`
