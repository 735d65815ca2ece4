import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, diffText, diffWords } from './text-diff.ts'
import { mergeEdits, mergeText } from './text-merge.ts'

const line = fc.oneof(
  fc.constantFrom('a', 'b', 'same line', '', '한글 줄', '}', 'x = 1'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'))

describe('diff', () => {
  it('turns one text into any other', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(applyEdits(from, diffText(from, to))).toBe(to)
        expect(applyEdits(from, diffWords(from, to))).toBe(to)
      }),
      { numRuns: 1000 },
    )
  })

  it('touches only what changed', () => {
    const from = Array.from({ length: 5000 }, (_, i) => `line ${i}`).join('\n')
    const to = from.replace('line 2500\n', 'line 2500!\n').replace('line 9\n', '')
    expect(diffText(from, to)).toEqual([
      { index: from.indexOf('line 9\n'), remove: 7, insert: '' },
      { index: from.indexOf('line 2501') - 1, remove: 0, insert: '!' },
    ])
  })

  it('stays exact when everything differs and there is much of it', () => {
    const from = Array.from({ length: 20_000 }, (_, i) => `old ${i}`).join('\n')
    const to = Array.from({ length: 20_000 }, (_, i) => (i % 10 === 0 ? `old ${i}` : `new ${i}`)).join('\n')
    const edits = diffText(from, to)
    expect(applyEdits(from, edits)).toBe(to)
    expect(edits.length).toBeGreaterThan(1000)
  })

  it('never cuts a surrogate pair in two', () => {
    const edits = diffText('x😀y', 'x😁y')
    expect(edits).toEqual([{ index: 1, remove: 2, insert: '😁' }])
  })
})

describe('merge', () => {
  it('takes the other side where one side changed nothing, and equal sides once', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergeText(base, side, base)).toBe(side)
        expect(mergeText(base, base, side)).toBe(side)
        expect(mergeText(base, side, side)).toBe(side)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps every line that either side added exactly once, and drops what either deleted', () => {
    const base = Array.from({ length: 12 }, (_, i) => `base${i}x`)
    const side = (name: string) =>
      fc
        .record({ gone: fc.uniqueArray(fc.nat(11), { maxLength: 4 }), added: fc.array(fc.nat(11), { maxLength: 4 }) })
        .map((plan) => ({
          ...plan,
          lines: base.flatMap((l, i) => [
            ...plan.added.flatMap((at, n) => (at === i ? [`${name}${n}x`] : [])),
            ...(plan.gone.includes(i) ? [] : [l]),
          ]),
          tokens: plan.added.map((_, n) => `${name}${n}x`),
        }))
    const join = (lines: string[]) => lines.map((l) => `${l}\n`).join('')
    fc.assert(
      fc.property(side('mine'), side('theirs'), (mine, theirs) => {
        const merged = mergeText(join(base), join(mine.lines), join(theirs.lines))
        const count = (token: string) => merged.split(token).length - 1
        for (const token of [...mine.tokens, ...theirs.tokens]) expect(count(token)).toBe(1)
        base.forEach((l, i) => {
          const isGone = mine.gone.includes(i) || theirs.gone.includes(i)
          expect(count(l)).toBe(isGone ? 0 : 1)
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('merges two changes inside one line', () => {
    expect(mergeText('let total = 1\n', 'let sum = 1\n', 'let total = 2\n')).toBe('let sum = 2\n')
  })

  it('takes a hunk both sides made once, beside one that only they made', () => {
    expect(mergeText('a\nb\nc\n', 'a\nX\nc\n', 'a\nX\nc\nd\n')).toBe('a\nX\nc\nd\n')
  })

  it('answers edits that lead from mine to the merged text', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        expect(applyEdits(mine, mergeEdits(base, mine, theirs))).toBe(mergeText(base, mine, theirs))
      }),
      { numRuns: 500 },
    )
  })
})
