import type { BudgetRow } from '#shared/api/ai.ts'

const WARNING_SHARE = 0.8

/** From 80% on people are warned; a spent one refuses calls. */
export function budgetState({ spent, limit }: Pick<BudgetRow, 'spent' | 'limit'>): 'fine' | 'warning' | 'used' {
  if (spent >= limit) return 'used'
  return spent >= limit * WARNING_SHARE ? 'warning' : 'fine'
}
