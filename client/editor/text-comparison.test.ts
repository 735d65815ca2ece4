import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createComparison, piecesOf, type TextPieces } from './text-comparison.ts'

const inPieces = (text: string, size: number): TextPieces => {
  let at = 0
  return {
    read: () => {
      if (at >= text.length) return null
      at += size
      return text.slice(at - size, at)
    },
  }
}
const always = () => true
const unit = fc.constantFrom('a', 'b', '가', '😀', '\n')
const text = fc.array(unit, { maxLength: 40 }).map((units) => units.join(''))

describe('comparing two texts in pieces', () => {
  it('answers what comparing them whole would, however they are cut', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (a, b, cutA, cutB) => {
        expect(createComparison(inPieces(a, cutA), inPieces(b, cutB))(always)).toBe(a === b ? 'equal' : 'different')
        expect(createComparison(inPieces(a, cutA), inPieces(a, cutB))(always)).toBe('equal')
      }),
    )
  })

  it('finds one letter that differs in five million of equal length', () => {
    const long = 'let x = 1 // 가나다\n'.repeat(250_000)
    const other = `${long.slice(0, 4_000_001)}!${long.slice(4_000_002)}`
    expect(other.length).toBe(long.length)
    expect(createComparison(inPieces(long, 65_536), inPieces(other, 65_536))(always)).toBe('different')
  })

  it('stops when told to and goes on from there', () => {
    const long = 'x'.repeat(1_000_000)
    const compare = createComparison(inPieces(long, 65_536), inPieces(long, 1_000))
    const once = () => {
      let left = 1
      return () => left-- > 0
    }
    let calls = 0
    while (compare(once()) === 'unfinished') calls += 1
    expect(calls).toBeGreaterThan(10)
  })

  it('reads a shared text as it reads itself, deleted parts left out', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), text), { maxLength: 20 })
    fc.assert(
      fc.property(edits, (list) => {
        const shared = new Y.Doc().getText('text')
        for (const [at, deleted, inserted] of list) {
          const offset = at % (shared.length + 1)
          shared.insert(offset, inserted)
          shared.delete(offset, Math.min(deleted, shared.length - offset))
        }
        expect(createComparison(piecesOf(shared), inPieces(shared.toString(), 7))(always)).toBe('equal')
      }),
    )
  })
})
