import { expect, it } from 'vitest'
import { budgetState } from './budget-state.ts'

it('a budget warns from 80% on and is used up at its limit, as is one of nothing', () => {
  const at = (spent: number, limit: number) => budgetState({ spent, limit })
  expect([at(0, 100), at(79, 100), at(80, 100), at(99, 100), at(100, 100), at(120, 100), at(0, 0)]).toEqual([
    'fine',
    'fine',
    'warning',
    'warning',
    'used',
    'used',
    'used',
  ])
})
