import type { Pool } from 'pg'
import type { BudgetOutlook, BudgetScope } from '#shared/api/ai.ts'
import { WORKSPACE_PERMISSIONS, type WorkspaceRole } from '#shared/access/permissions.ts'
import type { UserId } from '#shared/ids.ts'
import { type Period, periodStart, secondsToNext } from './period.ts'
import type { Warning } from './warnings.ts'

const ASKING_ROLES: readonly WorkspaceRole[] = WORKSPACE_PERMISSIONS['workspace.ai']
/** So many names say whom to ask. */
const RAISERS_MAX = 3

/**
 * What a person's calls are held to, there or on their own: shares, not amounts, since a budget of all is not one
 * person's to read. With who can raise them.
 */
export async function readBudgetOutlook(
  pool: Pool,
  who: { readonly userId: string; readonly workspaceId: string | null },
  now: number,
): Promise<BudgetOutlook> {
  const { rows } = await pool.query<{ scope: BudgetScope; period: Period; used: string; limit: string }>(
    `select b.scope, b.period, coalesce(p.spent, 0) as used, b."limit" from ai_budget b
     left join ai_budget_period p on p.budget_id = b.id and p.starts_at = case b.period when 'day' then $3::timestamptz else $4 end
     where b.scope = 'platform' or (b.scope = 'user' and b.scope_id = $1) or (b.scope = 'workspace' and b.scope_id = $2)
     order by array_position(array['user', 'workspace', 'platform'], b.scope), b.period`,
    [who.userId, who.workspaceId, periodStart('day', now), periodStart('month', now)],
  )
  const { rows: admins } = await pool.query<{ name: string }>(
    `select name from user_account where platform_role = 'admin' and suspended_at is null
     order by created_at, id limit ${RAISERS_MAX}`,
  )
  return {
    budgets: rows.map(({ scope, period, used, limit }) => ({
      scope,
      period,
      usedShare: Number(limit) === 0 ? 1 : Number(used) / Number(limit),
      beginsAnewAt: new Date(now + secondsToNext(period, now) * 1000).toISOString(),
    })),
    raisers: admins.map(({ name }) => name),
  }
}

/** Whose work a budget that has passed 80 % will stop: they are told while something can be done. */
export async function peopleToWarn(pool: Pool, { scope, scopeId }: Warning): Promise<UserId[]> {
  switch (scope) {
    case 'user':
      return [scopeId as UserId]
    case 'key':
      return idsOf(pool, 'select user_id as id from api_key where id = $1', [scopeId])
    case 'workspace':
      return idsOf(
        pool,
        `select m.user_id as id from membership m join user_account u on u.id = m.user_id
         where m.workspace_id = $1 and m.role::text = any($2) and u.suspended_at is null`,
        [scopeId, ASKING_ROLES],
      )
    case 'platform':
      return idsOf(pool, `select id from user_account where platform_role = 'admin' and suspended_at is null`, [])
  }
}

async function idsOf(pool: Pool, query: string, values: readonly unknown[]): Promise<UserId[]> {
  const { rows } = await pool.query<{ id: UserId }>(query, [...values])
  return rows.map(({ id }) => id)
}
