import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { viewOf } from '../editor/ghost-text/view.fixture.ts'
import { anchorRange } from './anchors.ts'
import { placeHunks, stepHunk } from './placed-hunks.ts'
import { makeHunk, makeSuggestion } from './suggestion.fixture.ts'

const TEXT = 'one\ntwo\nthree\n'

function make() {
  const text = new Y.Doc().getText('text')
  text.insert(0, TEXT)
  const hunk = (position: number, base: string, newText: string) => {
    const from = TEXT.indexOf(base)
    const anchors = anchorRange(text, { from, to: from + base.length })
    return makeHunk({ ...anchors, position, baseText: base, newText })
  }
  const suggestion = makeSuggestion({ hunks: [hunk(0, 'two', '2'), hunk(1, 'three', '3')] })
  const place = () =>
    placeHunks(text, viewOf(text), [suggestion]).map(
      ({ hunk: { position }, range, isConflict }) => `${position} ${range.from}-${range.to}${isConflict ? '!' : ''}`,
    )
  return { text, suggestion, place }
}

describe('open hunks', () => {
  it('move with what others write around them', () => {
    const { text, place } = make()
    expect(place()).toEqual(['0 4-7', '1 8-13'])
    text.insert(0, 'zero\n')
    text.insert(9, '\nmore')
    text.insert(text.length, 'end')
    expect(place()).toEqual(['0 14-17', '1 18-23'])
  })

  it('keep their place when somebody writes right before or behind them', () => {
    const { text, place } = make()
    text.insert(4, '<')
    text.insert(8, '>')
    expect(place()[0]).toBe('0 5-8')
  })

  it('are in conflict once their own text has changed, also where it is gone', () => {
    const { text, place } = make()
    text.insert(5, '-')
    expect(place()[0]).toBe('0 4-8!')
    text.delete(4, 4)
    expect(place()[0]).toBe('0 4-4!')
  })

  it('are not of a text that took the place of theirs', () => {
    const { suggestion } = make()
    const other = new Y.Doc().getText('text')
    other.insert(0, TEXT)
    expect(placeHunks(other, viewOf(other), [suggestion])).toEqual([])
  })

  it('are stepped through from the caret on, and round', () => {
    const { text, suggestion } = make()
    const placed = placeHunks(text, viewOf(text), [suggestion])
    const step = (caret: number, current: string | null, by: 1 | -1) =>
      stepHunk(placed, caret, current, by)?.hunk.position
    const [first, second] = placed.map((one) => one.id) as [string, string]
    expect(step(0, null, 1)).toBe(0)
    expect(step(4, first, 1)).toBe(1)
    expect(step(8, second, 1)).toBe(0)
    expect(step(4, first, -1)).toBe(1)
    expect(step(14, first, -1)).toBe(1)
    expect(stepHunk([], 0, null, 1)).toBeNull()
  })
})
