import { expect, it } from 'vitest'
import type { BudgetOutlook } from '#shared/api/ai.ts'
import { budgetNotes } from './budgets.ts'

const budget = (usedShare: number, facts: Partial<BudgetOutlook['budgets'][number]> = {}) => ({
  scope: 'workspace' as const,
  period: 'month' as const,
  beginsAnewAt: '2026-12-01T00:00:00.000Z',
  ...facts,
  usedShare,
})

it('says nothing of budgets with room left', () => {
  expect(budgetNotes({ budgets: [budget(0.79), budget(0)], raisers: ['Ada'] })).toEqual([])
})

it('warns from 80% on, and never says 100% of what is not used up', () => {
  const [note, other] = budgetNotes({ budgets: [budget(0.8), budget(0.9999, { scope: 'user' })], raisers: ['Ada'] })
  expect(note).toEqual({ tone: 'warning', text: '99% of your AI budget for this month is used.' })
  expect(other?.text).toBe('80% of this workspace’s AI budget for this month is used.')
})

it('names until when a budget is used up, and who can raise it', () => {
  const [note] = budgetNotes({ budgets: [budget(1)], raisers: ['Ada', 'Bo'] })
  expect(note?.tone).toBe('error')
  expect(note?.text).toMatch(
    /^Used up until .+2026.+: this workspace’s AI budget for this month\. Ada or Bo can raise it\.$/,
  )
})
