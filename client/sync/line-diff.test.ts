import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { diffLines } from './line-diff.ts'
import { writeText } from './text-edit.ts'
import { mergeThreeWay } from './three-way-merge.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '가', ''), { maxLength: 30 })
const apply = (before: readonly string[], changes: ReturnType<typeof diffLines>): string[] => {
  const result = [...before]
  for (const { from, to, lines: inserted } of changes.toReversed()) result.splice(from, to - from, ...inserted)
  return result
}

describe('the difference of two texts', () => {
  it('leads from the one to the other', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        expect(apply(a, diffLines(a, b))).toEqual(b)
      }),
      { numRuns: 1000 },
    )
  })
  it('is written into a shared text exactly', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '가'), { minLength: 1, maxLength: 12 }).map((l) => l.join('\n'))
    fc.assert(
      fc.property(
        fc.oneof(text, fc.constantFrom('', '\n', 'a\n')),
        fc.oneof(text, fc.constantFrom('', '\n', '\n\n', 'b\n')),
        (a, b) => {
          const shared = new Y.Doc().getText('text')
          shared.insert(0, a)
          writeText(shared, b, null)
          expect(shared.toString()).toBe(b)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('carrying my edits over to another state', () => {
  it('[L7] keeps both sides where they touch different lines', () => {
    expect(mergeThreeWay('1\n2\n3\n4\n5', '1\nmine\n3\n4\n5', '1\n2\n3\n4\ntheirs')).toEqual({
      text: '1\nmine\n3\n4\ntheirs',
      hasConflict: false,
    })
  })
  it('[L7] keeps theirs and says so where both changed one line', () => {
    expect(mergeThreeWay('1\n2\n3', '1\nmine\n3', '1\ntheirs\n3')).toEqual({ text: '1\ntheirs\n3', hasConflict: true })
  })
  it('takes the same change of both once', () => {
    expect(mergeThreeWay('1\n2\n3', '1\nx\n3', '1\nx\n3')).toEqual({ text: '1\nx\n3', hasConflict: false })
  })
  it('is the other side where I changed nothing, and mine where they did not', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const [base, other] = [a.join('\n'), b.join('\n')]
        expect(mergeThreeWay(base, base, other)).toEqual({ text: other, hasConflict: false })
        expect(mergeThreeWay(base, other, base)).toEqual({ text: other, hasConflict: false })
      }),
    )
  })
})
