import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  deltaToEdits,
  replacementEdits,
  smallestEdit,
  type TextEdit,
  withoutCarriageReturns,
} from './text-operations.ts'

const apply = (text: string, { offset, deleteLength, insert }: TextEdit): string =>
  text.slice(0, offset) + insert + text.slice(offset + deleteLength)
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '한', '😀', ' '), maxLength: 60 })

describe('a remote change', () => {
  it('[T3] told as edits of the old text gives the new text', () => {
    // Whole characters only: Yjs rewrites a surrogate pair that an edit cuts in two.
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '한', ' '), maxLength: 60 })
    const change = fc.record({ at: fc.nat(80), cut: fc.nat(6), insert: plain })
    fc.assert(
      fc.property(plain, fc.array(change, { minLength: 1, maxLength: 8 }), (start, changes) => {
        const shared = new Y.Doc().getText('text')
        shared.insert(0, start)
        const before = shared.toString()
        let edits: TextEdit[] = []
        shared.observe((event) => (edits = deltaToEdits(event.delta)))
        shared.doc?.transact(() => {
          for (const { at, cut, insert } of changes) {
            const offset = Math.min(at, shared.length)
            shared.insert(offset, insert)
            shared.delete(offset, Math.min(cut, shared.length - offset))
          }
        })
        expect(edits.toReversed().reduce(apply, before)).toBe(shared.toString())
      }),
      { numRuns: 500 },
    )
  })
})

describe('a replacement of everything', () => {
  it('[T3] told by lines gives the same text', () => {
    fc.assert(
      fc.property(text, text, fc.nat(5), (before, after, offset) => {
        const around = '.'.repeat(offset)
        expect(replacementEdits(offset, before, after).reduce(apply, around + before)).toBe(around + after)
      }),
      { numRuns: 2000 },
    )
  })

  it('[T3] leaves a colleague’s line alone when 1,500 others change', () => {
    const before = Array.from({ length: 1500 }, (_, i) => `const value${i} = old(${i})`).join('\n')
    const edits = replacementEdits(0, before, before.replaceAll('old', 'fresh'))
    expect(edits).toHaveLength(1500)
    expect(edits.every((e) => e.deleteLength <= 5)).toBe(true)
  })
})

describe('the smallest edit', () => {
  it('never cuts a surrogate pair', () => {
    expect(smallestEdit(0, '😀', '😁')).toEqual([{ offset: 0, deleteLength: 2, insert: '😁' }])
  })
  it('never begins or ends beside half a character, where Monaco would take the next one along', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '\n', '😀', '😁', '\uD83D', '\uDE00'), maxLength: 12 })
    const isAfterHalf = (whole: string, at: number): boolean => /[\uD800-\uDBFF]/.test(whole.charAt(at - 1))
    fc.assert(
      fc.property(part, (before) => {
        const after = before.toWellFormed()
        for (const edit of smallestEdit(0, before, after)) {
          const end = edit.offset + edit.deleteLength
          expect(apply(before, edit)).toBe(after)
          expect(isAfterHalf(before, edit.offset)).toBe(false)
          expect(end < before.length && isAfterHalf(before, end)).toBe(false)
        }
      }),
      { numRuns: 1000 },
    )
    expect(smallestEdit(0, 'a\uD83Db', 'a\uFFFDb')).toEqual([{ offset: 1, deleteLength: 2, insert: '\uFFFDb' }])
  })
  it('is none between equal texts', () => {
    expect(smallestEdit(3, 'same', 'same')).toEqual([])
  })
})

it('[T1] every kind of line break becomes LF', () => {
  expect(withoutCarriageReturns('a\r\nb\rc\nd')).toBe('a\nb\nc\nd')
})
