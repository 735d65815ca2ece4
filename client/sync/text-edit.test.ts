import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { writeText } from './text-edit.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', '가', '😀', '😁', '\n'), { maxLength: 24 })
  .map((units) => units.join(''))

describe('writing a text into a shared one', () => {
  it('makes it exactly that', () => {
    fc.assert(
      fc.property(text, text, (before, wanted) => {
        const shared = new Y.Doc().getText('text')
        shared.insert(0, before)
        writeText(shared, wanted, null)
        expect(shared.toString()).toBe(wanted)
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves what a colleague writes elsewhere meanwhile in its place', () => {
    const mine = new Y.Doc()
    mine.getText('text').insert(0, 'one\ntwo\nthree\nfour')
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine))
    theirs.getText('text').insert(7, ' more')
    writeText(mine.getText('text'), 'ONE\ntwo\nthree\nlast\nfour', null)
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs))
    expect(mine.getText('text').toString()).toBe('ONE\ntwo more\nthree\nlast\nfour')
  })
})
