import { describe, expect, it } from 'vitest'
import { changesOf, listRows } from './list-rows.ts'

const numbered = (count: number, change: (line: number) => string | null = String): string =>
  Array.from({ length: count }, (_, i) => change(i + 1))
    .filter((line) => line !== null)
    .join('\n')

describe('the list of changes', () => {
  it('names the lines of both sides', () => {
    const after = numbered(9, (line) => (line === 2 ? null : line === 8 ? 'eight\nand more' : String(line)))
    expect(changesOf(numbered(9), after, false)).toEqual([
      { original: { from: 2, to: 3 }, modified: { from: 2, to: 2 } },
      { original: { from: 8, to: 9 }, modified: { from: 7, to: 9 } },
    ])
  })

  it('takes white space at the ends of lines for no difference where it is to be ignored', () => {
    expect(changesOf('a\n  b\nc', 'a\nb \nd', true)).toEqual([
      { original: { from: 3, to: 4 }, modified: { from: 3, to: 4 } },
    ])
    expect(changesOf('a\n  b', 'a\nb', false)).toHaveLength(1)
  })

  it('shows some lines around a change and folds the others', () => {
    const after = numbered(30, (line) => (line === 15 ? 'fifteen' : String(line)))
    const rows = listRows(numbered(30), after, changesOf(numbered(30), after, false), new Set())
    expect(rows.map((row) => (row.kind === 'gap' ? `${row.kind} ${row.count}` : `${row.kind} ${row.text}`))).toEqual([
      'gap 11',
      'same 12',
      'same 13',
      'same 14',
      'removed 15',
      'added fifteen',
      'same 16',
      'same 17',
      'same 18',
      'gap 12',
    ])
  })

  it('shows a gap that was opened, with the numbers of both sides', () => {
    const [before, after] = [numbered(30), `new\n${numbered(30)}`]
    const rows = listRows(before, after, changesOf(before, after, false), new Set([5]))
    expect(rows).toHaveLength(31)
    expect(rows.at(-1)).toEqual({ kind: 'same', original: 30, modified: 31, text: '30' })
  })

  it('says nothing of two equal texts but that they are the same', () => {
    expect(listRows('a\nb', 'a\nb', changesOf('a\nb', 'a\nb', false), new Set())).toEqual([
      { kind: 'gap', original: 1, modified: 1, count: 2 },
    ])
  })
})
