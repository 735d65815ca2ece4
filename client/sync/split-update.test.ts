import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { splitUpdate } from './split-update.ts'

const docWith = (edits: readonly { who: number; at: number; text: string; cut: number }[]): Y.Doc => {
  const docs = [0, 1, 2].map(() => new Y.Doc())
  for (const { who, at, text, cut } of edits) {
    const doc = docs[who] as Y.Doc
    const value = doc.getText('text')
    value.insert(at % (value.length + 1), text)
    if (cut > 0 && value.length > 0) value.delete(at % value.length, Math.min(cut, value.length - (at % value.length)))
    if (at % 3 === 0) for (const other of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  }
  const [first] = docs as [Y.Doc, Y.Doc, Y.Doc]
  for (const other of docs) Y.applyUpdate(first, Y.encodeStateAsUpdate(other))
  return first
}

const edit = fc.record({
  who: fc.nat(2),
  at: fc.nat(500),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
  cut: fc.nat(20),
})

describe('splitting an update', () => {
  it('[A6] leaves no gap behind any part, and all parts together say what the whole said', () => {
    fc.assert(
      fc.property(
        fc.array(edit, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 64, max: 600 }),
        (edits, maxBytes) => {
          const update = Y.encodeStateAsUpdate(docWith(edits))
          const target = new Y.Doc()
          for (const part of splitUpdate(update, maxBytes)) {
            Y.applyUpdate(target, part)
            expect(target.store.pendingStructs).toBeNull()
          }
          expect(target.store.pendingDs).toBeNull()
          const whole = new Y.Doc()
          Y.applyUpdate(whole, update)
          expect(target.getText('text').toString()).toBe(whole.getText('text').toString())
          expect(Y.encodeStateVector(target)).toEqual(Y.encodeStateVector(whole))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('cuts one pasted text of 3 MiB into frames below the limit', () => {
    const doc = new Y.Doc()
    doc.getText('text').insert(0, '가나다라 마바사\n'.repeat(120_000))
    const parts = splitUpdate(Y.encodeStateAsUpdate(doc), 512 * 1024)
    expect(Math.max(...parts.map((p) => p.byteLength))).toBeLessThanOrEqual(512 * 1024)
    const target = new Y.Doc()
    for (const part of parts) Y.applyUpdate(target, part)
    expect(target.getText('text').toString()).toBe(doc.getText('text').toString())
  })

  it('hands a small update back untouched', () => {
    const update = Y.encodeStateAsUpdate(new Y.Doc())
    expect(splitUpdate(update, 100)).toEqual([update])
  })
})
