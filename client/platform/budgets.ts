import { queryOptions } from '@tanstack/react-query'
import { BUDGET_WARNING_SHARE, type BudgetOutlook } from '#shared/api/ai.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { api } from './api.ts'
import { common } from './common.ts'
import { currentLocale } from './i18n.ts'
import { formatDateTime } from './time.ts'

const REFRESH_MS = 60_000

/** What one's own questions to AI are held to; null: outside of any workspace. A warning asks anew at once. */
export const budgetOutlook = (workspaceId: string | null) =>
  queryOptions({
    queryKey: ['ai', 'outlook', workspaceId],
    queryFn: () =>
      workspaceId === null
        ? api.ai.budgets.own.query()
        : api.ai.budgets.workspace.query({ workspaceId: workspaceId as WorkspaceId }),
    refetchInterval: REFRESH_MS,
    throwOnError: false,
  })

export interface BudgetNote {
  readonly tone: 'warning' | 'error'
  readonly text: string
}

/** The sentences about budgets that are nearly or wholly used up; of those the one that stops most comes first. */
export function budgetNotes(outlook: BudgetOutlook): BudgetNote[] {
  return outlook.budgets
    .filter(({ usedShare }) => usedShare >= BUDGET_WARNING_SHARE)
    .toSorted((a, b) => b.usedShare - a.usedShare)
    .map(({ scope, period, usedShare, beginsAnewAt }) => {
      const budget = common.t(`budget.${scope}_${period}`)
      if (usedShare < 1) {
        // Never "100%" of what is not used up.
        return { tone: 'warning', text: common.t('budget.warning', { budget, percent: Math.floor(usedShare * 100) }) }
      }
      const used = common.t('budget.used', { budget, when: formatDateTime(beginsAnewAt) })
      return { tone: 'error', text: `${used} ${whoCanRaise(outlook)}`.trim() }
    })
}

/** "Ada or Bo can raise it."; empty where nobody is known. */
export function whoCanRaise({ raisers }: Pick<BudgetOutlook, 'raisers'>): string {
  if (raisers.length === 0) return ''
  const names = new Intl.ListFormat(currentLocale(), { type: 'disjunction' }).format(raisers)
  return common.t('budget.raise', { names })
}
