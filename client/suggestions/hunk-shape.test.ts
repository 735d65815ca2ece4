import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { viewOf } from '../editor/ghost-text/view.fixture.ts'
import { shapeHunk } from './hunk-shape.ts'

/** `[` and `]` mark what is replaced. */
const shape = (marked: string, newText: string) => {
  const from = marked.indexOf('[')
  const to = marked.indexOf(']') - 1
  const text = new Y.Doc().getText('text')
  text.insert(0, marked.replace(/[[\]]/g, ''))
  const { added, behind, isWholeLines } = shapeHunk(viewOf(text), { from, to }, newText)
  const lines = added.map((line) => line.map((piece) => (piece.isNew ? `<${piece.text}>` : piece.text)).join(''))
  const line = behind < 0 ? 0 : text.toString().slice(0, behind).split('\n').length
  return { lines, line, isWholeLines }
}

describe('the shape of a hunk', () => {
  it('is the whole line with what is new in it, behind the line it changes', () => {
    expect(shape('one\nlet [a] = 1\ntwo', 'total')).toEqual({
      lines: ['let <total> = 1'],
      line: 2,
      isWholeLines: false,
    })
  })

  it('is whole lines where whole lines go and come', () => {
    expect(shape('one\n[two\nthree\n]four', '2\n3\n')).toEqual({ lines: ['<2>', '<3>'], line: 3, isWholeLines: true })
  })

  it('leaves lines that stay to the text itself', () => {
    expect(shape('one[]\ntwo', '\nmore')).toMatchObject({ lines: ['more'], line: 1 })
    expect(shape('one\n[]two', 'more\n')).toMatchObject({ lines: ['more'], line: 1, isWholeLines: true })
    expect(shape('[]one', 'more\n')).toMatchObject({ lines: ['more'], line: 0 })
  })

  it('has no line of its own where lines only go', () => {
    expect(shape('one\n[two\n]three', '')).toEqual({ lines: [], line: 2, isWholeLines: true })
  })

  it('shows what is left of a line that loses a word', () => {
    expect(shape('one\nlet[ me] go\n', '')).toMatchObject({ lines: ['let go'], line: 2 })
  })

  it('takes the end of a file for what it is, with a break or without one', () => {
    expect(shape('one[]', '\ntwo')).toMatchObject({ lines: ['two'], line: 1 })
    expect(shape('one\n[]', 'two\n')).toMatchObject({ lines: ['two'], line: 1 })
    expect(shape('[]', 'all\nnew')).toMatchObject({ lines: ['<all>', '<new>'] })
  })
})
