import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { viewOf } from '../editor/ghost-text/view.fixture.ts'
import { anchorRange } from '../editor/anchors.ts'
import { wholeLines } from '#shared/whole-lines.ts'
import { placeHunks, stepHunk, wholeLinesIn } from './placed-hunks.ts'
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
  const suggestion = makeSuggestion({ hunks: [hunk(0, 'two\n', '2\n'), hunk(1, 'three\n', '3\n')] })
  const place = () =>
    placeHunks(text, viewOf(text), [suggestion]).map(
      ({ hunk: { position }, range, isConflict }) => `${position} ${range.from}-${range.to}${isConflict ? '!' : ''}`,
    )
  return { text, suggestion, place }
}

describe('open hunks', () => {
  it('move with what others write around them', () => {
    const { text, place } = make()
    expect(place()).toEqual(['0 4-8', '1 8-14'])
    text.insert(0, 'zero\n')
    text.insert(9, 'more\n')
    text.insert(text.length, 'end')
    expect(place()).toEqual(['0 14-18', '1 18-24'])
  })

  it('are in conflict once something on their lines has changed, also where it is gone', () => {
    const { text, place } = make()
    text.insert(5, '-')
    expect(place()[0]).toBe('0 4-9!')
    text.delete(4, 5)
    expect(place()[0]).toBe('0 4-4!')
  })

  it('are in conflict with what somebody wrote right before or behind them on their lines', () => {
    const before = make()
    before.text.insert(4, '<')
    expect(before.place()[0]).toBe('0 4-9!')
    const behind = make()
    behind.text.insert(7, '>')
    expect(behind.place()[0]).toBe('0 4-9!')
  })

  it('stand on whole lines as the server sees them', () => {
    const { text } = make()
    for (let from = 0; from <= TEXT.length; from++)
      for (let to = from; to <= TEXT.length; to++)
        expect(wholeLinesIn(viewOf(text), { from, to })).toEqual(wholeLines(TEXT, { from, to }))
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
