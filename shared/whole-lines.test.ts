import { describe, expect, it } from 'vitest'
import { wholeLines } from './whole-lines.ts'

describe('whole lines', () => {
  const text = 'one\ntwo\nthree'
  it.each([
    ['a whole line', 4, 8, 'two\n'],
    ['a word in a line', 5, 6, 'two\n'],
    ['two halves', 2, 5, 'one\ntwo\n'],
    ['the last line, which has no break', 9, 10, 'three'],
    ['everything', 0, 13, text],
    ['nothing at the start of a line', 4, 4, ''],
    ['nothing at the start of the text', 0, 0, ''],
    ['nothing within a line', 5, 5, 'two\n'],
    ['nothing at the end of the text', 13, 13, 'three'],
    ['the break of a line', 3, 4, 'one\n'],
  ])('of %s', (_name, from, to, expected) => {
    const place = wholeLines(text, { from, to })
    expect(text.slice(place.from, place.to)).toBe(expected)
    expect(wholeLines(text, place)).toEqual(place)
  })

  it('of an empty text are none', () => {
    expect(wholeLines('', { from: 0, to: 0 })).toEqual({ from: 0, to: 0 })
  })
})
