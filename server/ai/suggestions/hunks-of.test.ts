import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HUNKS_MAX } from '#shared/api/suggestions.ts'
import { applyEdits } from '#shared/text-diff.ts'
import { hunksOf } from './hunks-of.ts'

const applied = (base: string, hunks: ReturnType<typeof hunksOf>): string =>
  applyEdits(
    base,
    hunks.map(({ from, to, newText }) => ({ index: from, remove: to - from, insert: newText })),
  )

describe('hunks of a text', () => {
  it('are whole lines, apart where words stand between', () => {
    expect(hunksOf('a\nb\nc\nd\n', 'A\nb\nc\nd\ne\n')).toEqual([
      { from: 0, to: 2, newText: 'A\n' },
      { from: 8, to: 8, newText: 'e\n' },
    ])
  })

  it('are one where only blank lines and brackets stand between', () => {
    expect(hunksOf('a\n}\n\nb\n', 'A\n}\n\nB\n')).toEqual([{ from: 0, to: 7, newText: 'A\n}\n\nB\n' }])
  })

  it('are none of equal texts', () => {
    expect(hunksOf('same\n', 'same\n')).toEqual([])
  })

  it('are never more than can be judged, however much differs', () => {
    const base = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`)
    const next = base.map((line, i) => (i % 2 ? line : `changed ${i}\n`))
    const hunks = hunksOf(base.join(''), next.join(''))
    expect(hunks.length).toBeLessThanOrEqual(HUNKS_MAX)
    expect(applied(base.join(''), hunks)).toBe(next.join(''))
  })

  it('are found in a large text, and given up on where most of one differs', () => {
    const base = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')
    const next = base.replace('line 50000\n', 'LINE\n')
    const from = base.indexOf('line 50000\n')
    expect(hunksOf(base, next)).toEqual([{ from, to: from + 'line 50000\n'.length, newText: 'LINE\n' }])
    expect(() => hunksOf(base, base.toUpperCase())).toThrow(expect.objectContaining({ code: 'too_large' }))
  })

  it.each([
    ['a repeated line more', 'a\na\na\n', 'a\na\na\na\n'],
    ['a repeated line less', 'a\na\na\n', 'a\na\n'],
    ['nothing before', '', 'a\n'],
    ['nothing after', 'a\n', ''],
    ['a last line without a break', 'a\nb', 'a\nbb'],
    ['a break at the end', 'a', 'a\n'],
  ])('tell %s', (_name, base, next) => {
    expect(applied(base, hunksOf(base, next))).toBe(next)
    expect(hunksOf(base, next)).toHaveLength(1)
  })

  it('together make the one text of the other', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c c\n', '\n', '}\n', 'end'), { maxLength: 40 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [base, next] = [before.join(''), after.join('')]
        expect(applied(base, hunksOf(base, next))).toBe(next)
      }),
    )
  })
})
