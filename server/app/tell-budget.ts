import type { Pool } from 'pg'
import { peopleToWarn } from '#server/ai/money/budget-outlook.ts'
import { secondsToNext } from '#server/ai/money/period.ts'
import type { Warning } from '#server/ai/money/warnings.ts'
import type { createInbox } from '#server/inbox/create-inbox.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'

interface Ways {
  readonly pool: Pool
  readonly inbox: Pick<ReturnType<typeof createInbox>, 'tell'>
  /** To those who are here. */
  toUser(userId: UserId, event: 'ai.budgetWarning', payload: { workspaceId: WorkspaceId | null }): void
}

/** Tells those whose work a budget will stop, or stops: in their inbox, and at once where they are here. */
export async function tellBudget({ pool, inbox, toUser }: Ways, warning: Warning): Promise<void> {
  const { state, budgetId, scope, scopeId, period, startsAt, spent, limit } = warning
  const people = await peopleToWarn(pool, warning)
  const workspaceId = scope === 'workspace' ? (scopeId as WorkspaceId) : null
  await inbox.tell({
    people,
    workspaceId,
    // A raised limit runs out once more.
    key: `budget ${budgetId} ${startsAt.toISOString()} ${limit} ${state}`,
    facts: {
      kind: 'budget',
      state,
      scope,
      keyName: scope === 'key' ? await nameOfKey(pool, scopeId) : null,
      period,
      startsAt: startsAt.toISOString(),
      beginsAnewAt: new Date(startsAt.getTime() + secondsToNext(period, startsAt.getTime()) * 1000).toISOString(),
      usedShare: limit === 0n ? 1 : Number(spent) / Number(limit),
    },
  })
  for (const id of people) toUser(id, 'ai.budgetWarning', { workspaceId })
}

async function nameOfKey(pool: Pool, id: string): Promise<string | null> {
  const { rows } = await pool.query<{ name: string }>('select name from api_key where id = $1', [id])
  return rows[0]?.name ?? null
}
