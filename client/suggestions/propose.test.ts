import { expect, it } from 'vitest'
import { rebase } from './propose.ts'

it('carries what was written over to what a colleague made of the lines meanwhile', () => {
  expect(rebase('let a = 1\nlet b = 2', 'let a = 1\nlet b = 3', 'let all = 1\nlet b = 2')).toEqual({
    base: 'let all = 1\nlet b = 2',
    mine: 'let all = 1\nlet b = 3',
    hasConflict: false,
  })
})

it('leaves it to the person where both changed the same words', () => {
  expect(rebase('let a = 1', 'let a = 2', 'let a = 3')).toMatchObject({ base: 'let a = 3', hasConflict: true })
})

it('changes nothing where nobody else wrote', () => {
  expect(rebase('a', 'b', 'a')).toEqual({ base: 'a', mine: 'b', hasConflict: false })
})
