import { expect, it } from 'vitest'
import { applyEdits } from '#shared/text-diff.ts'
import { planEdits } from './plan-edits.ts'

it('takes a line once that both sides have written', () => {
  expect(planEdits('a\n', 'a\nnew\n', 'a\nnew\n')).toEqual([])
})

it('does not put in again a line that was taken once before, whatever became of it since', () => {
  const edits = planEdits('a\nb\n', 'a\nshared with more\nb\n', 'a\nshared\nb\nc\n', 'a\nshared\nb\n')
  expect(applyEdits('a\nb\n', edits)).toBe('a\nb\nc\n')
})
