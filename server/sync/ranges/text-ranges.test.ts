import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { anchorPlaces, locateRanges, type Place, rewriteRanges } from './text-ranges.ts'

const docOf = (text: string): Y.Doc => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, text)
  return doc
}
const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
const textOf = (doc: Y.Doc): string => doc.getText('text').toString()
const onePlace = (doc: Y.Doc, place: Place) => anchorPlaces(doc, [place])
const unused = 4_000_000_000

describe('a range of a text', () => {
  it('is where it was made', () => {
    const doc = docOf('abcdef')
    for (const place of [
      { from: 0, to: 0 },
      { from: 0, to: 6 },
      { from: 2, to: 4 },
      { from: 6, to: 6 },
    ]) {
      expect(locateRanges(doc, onePlace(doc, place)).places).toEqual([place])
    }
  })

  it('leaves out what is written at its edges', () => {
    const doc = docOf('ab[cd]ef')
    const range = onePlace(doc, { from: 2, to: 6 })
    doc.getText('text').insert(6, 'after')
    doc.getText('text').insert(2, 'before')
    expect(locateRanges(doc, range).places).toEqual([{ from: 8, to: 12 }])
  })

  it('of no length holds what is written into it', () => {
    const doc = docOf('abcd')
    const range = onePlace(doc, { from: 2, to: 2 })
    doc.getText('text').insert(2, 'new')
    expect(locateRanges(doc, range).places).toEqual([{ from: 2, to: 5 }])
  })

  it('survives the collection of what was deleted in it', () => {
    const doc = docOf('abcdef')
    const range = onePlace(doc, { from: 1, to: 5 })
    doc.getText('text').delete(1, 4)
    expect(locateRanges(copyOf(copyOf(doc)), range).places).toEqual([{ from: 1, to: 1 }])
  })

  it('is nowhere where its anchors name nothing, are damaged, or name another type', () => {
    const doc = docOf('abc')
    const stranger = docOf('abc')
    const [foreign] = onePlace(stranger, { from: 0, to: 3 })
    const other = new Y.Doc()
    other.getText('__proto__').insert(0, 'abc')
    const ofOther = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(other.getText('__proto__'), 3))
    const [mine] = onePlace(doc, { from: 0, to: 3 })
    const damaged = [new Uint8Array(), new Uint8Array([255, 255, 255]), new Uint8Array(64).fill(128)]
    for (const start of [foreign!.start, ofOther, ...damaged])
      expect(locateRanges(doc, [{ start, end: mine!.end }]).places).toEqual([null])
    expect(textOf(doc)).toBe('abc')
  })

  it('tracks its text exactly, whoever edits what around and inside it, online or off', () => {
    const edit = fc.record({
      who: fc.nat(2),
      where: fc.constantFrom('before', 'inside', 'after'),
      at: fc.nat(1000),
      isDeletion: fc.boolean(),
      isSync: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
        // The edges of the range are two letters that nobody touches, so what is inside is beyond doubt.
        const doc = docOf('0123456789<abcdefgh>0123456789')
        const range = onePlace(doc, { from: 10, to: 20 })
        const replicas = [doc, copyOf(doc), copyOf(doc)]
        for (const { who, where, at, isDeletion, isSync } of edits) {
          const text = replicas[who]!.getText('text')
          const now = text.toString()
          const [open, close] = [now.indexOf('<'), now.indexOf('>')]
          const [from, to] = { before: [0, open], inside: [open + 1, close], after: [close + 1, now.length] }[
            where
          ] as [number, number]
          if (!isDeletion) text.insert(from + (at % (to - from + 1)), 'xyz')
          else if (to > from) text.delete(from + (at % (to - from)), 1)
          if (isSync) for (const other of replicas) Y.applyUpdate(replicas[who]!, Y.encodeStateAsUpdate(other))
        }
        for (const other of replicas) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
        const { text, places } = locateRanges(copyOf(doc), range)
        expect(places).toEqual([{ from: text.indexOf('<'), to: text.indexOf('>') + 1 }])
      }),
      { numRuns: 300 },
    )
  })
})

describe('rewriting ranges', () => {
  it('puts all texts in their places and holds what was put there', () => {
    const doc = docOf('one two three')
    const [one, three] = anchorPlaces(doc, [
      { from: 0, to: 3 },
      { from: 8, to: 13 },
    ])
    doc.getText('text').insert(7, ' and a half')
    const asks = [
      { range: three!, isLines: false, expected: 'three', insert: '' },
      { range: one!, isLines: false, expected: 'one', insert: 'eleven' },
    ]
    const base = copyOf(doc)
    const done = rewriteRanges(doc, asks, unused)
    if (done.status !== 'done') throw new Error('conflict')
    expect(textOf(doc)).toBe('eleven two and a half ')
    const { text, places } = locateRanges(doc, done.ranges)
    expect(places.map((place) => text.slice(place!.from, place!.to))).toEqual(['', 'eleven'])
    Y.applyUpdate(base, done.update!)
    expect(textOf(base)).toBe(textOf(doc))
  })

  it('touches only what differs, so that a cursor in what stays is not moved', () => {
    const doc = docOf('const value = compute(first, second)\n')
    const cursor = Y.createRelativePositionFromTypeIndex(doc.getText('text'), 16)
    const [all] = onePlace(doc, { from: 0, to: 37 })
    rewriteRanges(
      doc,
      [{ range: all!, isLines: false, expected: textOf(doc), insert: 'let value = compute(first)\n' }],
      unused,
    )
    expect(textOf(doc)).toBe('let value = compute(first)\n')
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBe(14)
  })

  it('changes nothing where one of the texts is another, and tells what stands there', () => {
    const doc = docOf('one two three')
    const [one, three] = anchorPlaces(doc, [
      { from: 0, to: 3 },
      { from: 8, to: 13 },
    ])
    doc.getText('text').insert(10, '!')
    const asks = [
      { range: one!, isLines: false, expected: 'one', insert: '1' },
      { range: three!, isLines: false, expected: 'three', insert: '3' },
      { range: { start: new Uint8Array([9]), end: one!.end }, isLines: false, expected: '', insert: 'x' },
    ]
    expect(rewriteRanges(doc, asks, unused)).toEqual({ status: 'conflict', current: ['one', 'th!ree', null] })
    expect(textOf(doc)).toBe('one two th!ree')
  })

  it('of lines finds what was written on them, beside the range, and leaves lines that were written next to them', () => {
    const doc = docOf('one\ntwo\nthree')
    const [two, three] = anchorPlaces(doc, [
      { from: 4, to: 8 },
      { from: 8, to: 13 },
    ])
    const asks = [
      { range: two!, isLines: true, expected: 'two\n', insert: '2\n' },
      { range: three!, isLines: true, expected: 'three', insert: '3' },
    ]
    const text = doc.getText('text')
    text.insert(4, '> ')
    text.insert(text.length, '!')
    expect(rewriteRanges(copyOf(doc), asks, unused)).toEqual({ status: 'conflict', current: ['> two\n', 'three!'] })
    text.delete(text.length - 1, 1)
    text.delete(4, 2)
    text.insert(8, 'between\n')
    text.insert(4, 'above\n')
    expect(rewriteRanges(doc, asks, unused).status).toBe('done')
    expect(textOf(doc)).toBe('one\nabove\n2\nbetween\n3')
  })

  it('refuses ranges that overlap', () => {
    const doc = docOf('abcdef')
    const [first, second] = anchorPlaces(doc, [
      { from: 0, to: 4 },
      { from: 2, to: 6 },
    ])
    const asks = [
      { range: first!, isLines: false, expected: 'abcd', insert: 'x' },
      { range: second!, isLines: false, expected: 'cdef', insert: 'y' },
    ]
    expect(rewriteRanges(doc, asks, unused).status).toBe('conflict')
  })

  it('writes under a client id that the document has not seen', () => {
    const doc = docOf('abc')
    const [all] = onePlace(doc, { from: 0, to: 3 })
    const used = doc.clientID
    const done = rewriteRanges(doc, [{ range: all!, isLines: false, expected: 'abc', insert: 'abcd' }], used)
    expect(done).toMatchObject({ status: 'done', clientId: used + 1 })
    expect([...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()]).toEqual([used + 1, used])
  })

  it('is no edit where the text stands there already', () => {
    const doc = docOf('abc')
    const [all] = onePlace(doc, { from: 0, to: 3 })
    const done = rewriteRanges(doc, [{ range: all!, isLines: false, expected: 'abc', insert: 'abc' }], unused)
    expect(done).toMatchObject({ status: 'done', update: null })
  })
})
