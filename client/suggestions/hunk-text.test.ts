import { describe, expect, it } from 'vitest'
import { hunkText } from './hunk-text.ts'
import { makeHunk } from './suggestion.fixture.ts'

const told = (facts: Parameters<typeof makeHunk>[0]): string[] =>
  hunkText(makeHunk(facts)).map(({ kind, pieces }) => {
    const sign = { same: ' ', removed: '-', added: '+' }[kind]
    return sign + pieces.map(({ text, isNew }) => (isNew ? `<${text}>` : text)).join('')
  })

describe('a hunk as text', () => {
  it('stands between the lines around it', () => {
    expect(told({ before: 'a\nb\n', baseText: 'old\n', newText: 'new\nmore\n', after: 'c\nd\n' })).toEqual([
      ' a',
      ' b',
      '-<old>',
      '+<new>',
      '+<more>',
      ' c',
      ' d',
    ])
  })

  it('is told with the rest of its line, the words that differ marked', () => {
    expect(told({ before: 'a\nlet ', baseText: 'x', newText: 'total', after: ' = 1\nb\n' })).toEqual([
      ' a',
      '-let <x> = 1',
      '+let <total> = 1',
      ' b',
    ])
  })

  it('may only put in or only take out', () => {
    expect(told({ before: 'a\n', baseText: '', newText: 'new\n', after: 'b' })).toEqual([' a', '+new', ' b'])
    expect(told({ before: 'a\n', baseText: 'old\n', newText: '', after: 'b' })).toEqual([' a', '-old', ' b'])
    expect(told({ before: '', baseText: '', newText: 'all', after: '' })).toEqual(['+all'])
  })
})
