import type { z } from 'zod'
import type { BudgetRow, budgetInput } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import { changesOf } from '#server/platform/audit-columns.ts'
import { newId } from '#server/platform/tokens.ts'
import { periodStart } from '../money/period.ts'
import type { AiAdminContext, Asking } from './context.ts'

/** Every budget with what its current period has spent and promised. */
export async function listBudgets({ pool, now }: AiAdminContext): Promise<BudgetRow[]> {
  const { rows } = await pool.query<
    Omit<BudgetRow, 'limit' | 'spent' | 'reserved'> & Record<'limit' | 'spent' | 'reserved', string>
  >(
    `select b.id, b.scope, b.scope_id as "scopeId", coalesce(w.name, u.name, k.name) as "scopeName", b.period, b."limit",
       coalesce(p.spent, 0) as spent, coalesce(p.reserved, 0) as reserved
     from ai_budget b
     left join workspace w on b.scope = 'workspace' and w.id = b.scope_id
     left join user_account u on b.scope = 'user' and u.id = b.scope_id
     left join api_key k on b.scope = 'key' and k.id = b.scope_id
     left join ai_budget_period p on p.budget_id = b.id and p.starts_at = case b.period when 'day' then $1::timestamptz else $2 end
     order by array_position(array['platform', 'workspace', 'user', 'key'], b.scope), "scopeName", b.period`,
    [periodStart('day', now()), periodStart('month', now())],
  )
  return rows.map((row) => ({
    ...row,
    limit: Number(row.limit),
    spent: Number(row.spent),
    reserved: Number(row.reserved),
  }))
}

/** Sets the limit of a scope and period. What was spent already counts against the new limit too. */
export async function setBudget(
  { prisma, gateway, now }: AiAdminContext,
  { me, requestId }: Asking,
  { scope, scopeId, period, limit }: z.output<typeof budgetInput>,
): Promise<{ id: string }> {
  const where = { scope_scopeId_period: { scope, scopeId, period } }
  const id = await prisma.$transaction(async (tx) => {
    const before = await tx.aiBudget.findUnique({ where })
    const data = { limit: BigInt(limit), updatedAt: new Date(now()), updatedBy: me.userId }
    const create = { id: newId<string>(), scope, scopeId, period, ...data }
    const after = await tx.aiBudget.upsert({ where, create, update: data })
    // A raised limit is to warn again.
    if (before && before.limit < after.limit) {
      await tx.aiBudgetPeriod.updateMany({ where: { budgetId: after.id }, data: { warnedAt: null, spentAt: null } })
    }
    const details = changesOf('AiBudget', before ?? {}, after)
    await audit(tx, { actor: me, action: 'ai.budget-set', targetId: after.id, details, requestId })
    return after.id
  })
  gateway.ledger.forgetBudgets()
  return { id }
}

export async function deleteBudget(
  { prisma, gateway }: AiAdminContext,
  { me, requestId }: Asking,
  id: string,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const { count } = await tx.aiBudget.deleteMany({ where: { id } })
    if (count === 0) throw new AppError('not_found')
    await audit(tx, { actor: me, action: 'ai.budget-deleted', targetId: id, requestId })
  })
  gateway.ledger.forgetBudgets()
}
