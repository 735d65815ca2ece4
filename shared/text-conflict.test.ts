import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { carryOn, findConflicts, isUndecided, oneUnderTheOther } from './text-conflict.ts'
import { applyEdits, diffWords, type TextEdit } from './text-diff.ts'
import { combine } from './text-merge.ts'

const texts = (base: string, mine: string, theirs: string) =>
  findConflicts(base, mine, theirs).map((one) => [one.base, one.mine, one.theirs])

const line = fc.constantFrom('a b c', 'const x = 1', '', '}', '한글 줄', 'let y = f(x)', 'return 2')
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))

describe('a conflict', () => {
  it('is a word that both replaced, shown with its line', () => {
    expect(texts('a\nx = 2\nb\n', 'a\nx = 3\nb\n', 'a\nx = 4\nb\n')).toEqual([['x = 2\n', 'x = 3\n', 'x = 4\n']])
  })

  it('has in both versions what nobody disputes', () => {
    const [found] = findConflicts('x = 2; y = 1\n', 'x = 3; y = 1\n', 'x = 4; y = 9 // why\n')
    expect(found).toMatchObject({ mine: 'x = 3; y = 9 // why\n', theirs: 'x = 4; y = 9 // why\n' })
  })

  it('is a line that one changed and the other took out', () => {
    expect(texts('a\nb c\nd\n', 'a\nb X\nd\n', 'a\nd\n')).toEqual([['b c\n', 'b X\n', '']])
  })

  it('is what one wrote inside a stretch that the other took out', () => {
    const base = 'start\nf() {\n  one\n}\nend\n'
    expect(texts(base, base.replace('one\n', 'one\n  two\n'), 'start\nend\n')).toEqual([
      ['f() {\n  one\n}\n', 'f() {\n  one\n  two\n}\n', ''],
    ])
  })

  it('is one for each stretch of lines', () => {
    const base = Array.from({ length: 9 }, (_, i) => `line${i} v0\n`).join('')
    const by = (name: string, lines: number[]) =>
      lines.reduce((now, i) => now.replace(`line${i} v0`, `line${i} ${name}`), base)
    expect(texts(base, by('mine', [1, 2, 6]), by('theirs', [1, 2, 4, 6]))).toHaveLength(2)
  })

  it('is found at the end of a text without a line break', () => {
    const [found] = findConflicts('a\nx = 2', 'a\nx = 3', 'a\nx = 4')
    expect(found).toMatchObject({ mine: 'x = 3', theirs: 'x = 4' })
    expect(oneUnderTheOther(found!.mine, found!.theirs)).toBe('x = 3\nx = 4')
  })
})

describe('no conflict', () => {
  it.each([
    ['the same change', 'a\nb\n', 'a\nc\n', 'a\nc\n'],
    ['other words of one line', 'x = 1, y = 2\n', 'x = 3, y = 2\n', 'x = 1, y = 4\n'],
    ['other lines', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nC\n'],
    ['lines put in at one place', 'a\nb\n', 'a\nmine\nb\n', 'a\ntheirs\nb\n'],
    ['words put in at one place', 'a b\n', 'a mine b\n', 'a theirs b\n'],
    ['a deletion on both sides', 'a\nb c\nd\n', 'a\nb \nd\n', 'a\nd\n'],
    [
      'typing at the end of a line that is indented',
      'if (x) {\n  y\n}\n',
      'if (x) {\n  y + 1\n}\n',
      'if (x) {\n    y\n}\n',
    ],
  ])('is %s', (_, base, mine, theirs) => {
    expect(findConflicts(base, mine, theirs)).toEqual([])
    expect(findConflicts(base, theirs, mine)).toEqual([])
  })

  it('is there where a side changed nothing or both are equal, for any text', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(findConflicts(base, side, base)).toEqual([])
        expect(findConflicts(base, base, side)).toEqual([])
        expect(findConflicts(base, side, side)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

it('is the same whoever is called mine, lies apart from others, and holds what the base has there', () => {
  fc.assert(
    fc.property(text, text, text, (base, mine, theirs) => {
      const found = findConflicts(base, mine, theirs)
      expect(findConflicts(base, theirs, mine).map((one) => [one.from, one.to])).toEqual(
        found.map((one) => [one.from, one.to]),
      )
      found.forEach((one, i) => {
        expect(base.slice(one.from, one.to)).toBe(one.base)
        expect(one.from).toBeGreaterThan(found[i - 1]?.to ?? -1)
      })
    }),
    { numRuns: 2000 },
  )
})

it('leaves no other place where two edits of one text met: all that was written stands in one of its versions', () => {
  const word = fc.constantFrom('p', 'q', 'r', 's')
  const base = 'one two three\nfour five six\nseven eight nine\n'
  const side = (name: string) =>
    fc.array(fc.tuple(fc.nat(8), word), { maxLength: 5 }).map((changes) => {
      const words = base.match(/\w+|\W+/g)!
      changes.forEach(([at, w], i) => (words[at * 2] = `${name}${i}${w}`))
      return words.join('')
    })
  fc.assert(
    fc.property(side('m'), side('t'), (mine, theirs) => {
      const conflicts = findConflicts(base, mine, theirs)
      const everywhere = conflicts.map((one) => one.mine + one.theirs).join('\n')
      const written = (after: string) => diffWords(base, after)
      for (const p of written(mine))
        for (const q of written(theirs)) {
          if (p.index !== q.index || p.insert === q.insert) continue
          expect(everywhere).toContain(p.insert)
          expect(everywhere).toContain(q.insert)
        }
    }),
    { numRuns: 1000 },
  )
})

describe('what was merged', () => {
  const joined = { mine: 'x = 3\n', theirs: 'x = 4\n', merged: 'x = 34\n' }

  it('is undecided while words of both stand, also where people type on', () => {
    expect(isUndecided(joined, 'x = 34\n')).toBe(true)
    expect(isUndecided(joined, 'x = 354 // more\n')).toBe(true)
    expect(isUndecided(joined, 'const x = 34\n')).toBe(true)
  })

  it.each(['x = 3\n', 'x = 4\n', 'x = 7\n', '', '\n', 'x = 3 // kept mine\n', 'y\n'])(
    'is decided where it has become %j',
    (now) => expect(isUndecided(joined, now)).toBe(false),
  )

  it('is nothing to ask about where it is what one side wanted', () => {
    expect(isUndecided({ mine: '', theirs: 'y', merged: 'y' }, 'y')).toBe(false)
  })

  it('takes along what was written since, whichever is chosen', () => {
    expect(carryOn(joined.merged, 'x = 354 // more\n', joined.mine)).toBe('x = 35 // more\n')
    expect(carryOn(joined.merged, 'x = 354 // more\n', joined.theirs)).toBe('x = 54 // more\n')
    fc.assert(
      fc.property(text, text, (merged, wanted) => {
        expect(carryOn(merged, merged, wanted)).toBe(wanted)
        expect(carryOn(merged, wanted, merged)).toBe(wanted)
      }),
      { numRuns: 500 },
    )
  })

  it('stands between the same two edges after a merge, and everything around it is as both sides want it', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const doc = new Y.Doc()
        doc.getText().insert(0, base)
        const fork = new Y.Doc()
        Y.applyUpdate(fork, Y.encodeStateAsUpdate(doc))
        const found = findConflicts(base, mine, theirs)
        const edges = found.flatMap(({ from, to }) => [
          Y.createRelativePositionFromTypeIndex(doc.getText(), from, -1),
          Y.createRelativePositionFromTypeIndex(doc.getText(), to, 0),
        ])
        const ours = diffWords(base, mine)
        const others = diffWords(base, theirs).filter((one) => !ours.some((own) => isDeepStrictEqual(own, one)))
        const write = (to: Y.Doc, edits: readonly TextEdit[]) => {
          for (const edit of edits.toReversed()) {
            to.getText().delete(edit.index, edit.remove)
            to.getText().insert(edit.index, edit.insert)
          }
        }
        write(doc, ours)
        write(fork, others)
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(fork))
        const now = doc.getText().toJSON()
        const places = edges.map((edge) => Y.createAbsolutePositionFromRelativePosition(edge, doc)!.index)
        const gaps = (edgesOf: readonly number[], end: number) =>
          [0, ...edgesOf, end].reduce<[number, number][]>(
            (all, at, i, list) => (i % 2 === 1 ? [...all, [list[i - 1]!, at]] : all),
            [],
          )
        const around = gaps(places, now.length).map(([from, to]) => now.slice(from, to))
        const wanted = gaps(
          found.flatMap(({ from, to }) => [from, to]),
          base.length,
        ).map(([from, to]) => {
          const within = (edits: readonly TextEdit[]) =>
            edits
              .filter((edit) => edit.index >= from && edit.index + edit.remove <= to)
              .filter((edit) => !found.some((one) => edit.index >= one.from && edit.index + edit.remove <= one.to))
              .map((edit) => ({ ...edit, index: edit.index - from }))
          return applyEdits(base.slice(from, to), combine(within(ours), within(others)))
        })
        // In which order two insertions at one place stand is for the documents to say.
        const sorted = (texts: readonly string[]) => texts.map((one) => [...one].toSorted().join(''))
        expect(sorted(around)).toEqual(sorted(wanted))
      }),
      { numRuns: 2000 },
    )
  })
})
