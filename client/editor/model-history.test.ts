import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { replaceHistory } from './model-history.ts'
import type { monaco } from './monaco.ts'

const MINE = { name: 'mine' }

function make() {
  const text = new Y.Doc().getText('text')
  const undoManager = new Y.UndoManager(text, { trackedOrigins: new Set([MINE]) })
  const model = { pushStackElement: () => undefined, isDisposed: () => false }
  const history = replaceHistory(model as unknown as monaco.editor.ITextModel, undoManager)
  const { undo, canUndo } = model as unknown as { undo: () => void; canUndo: () => boolean }
  const type = (insert: string) => text.doc?.transact(() => text.insert(text.length, insert), MINE)
  return { text, history, type, undo, canUndo }
}

describe('what the server did for a person', () => {
  let undone: string[]
  beforeEach(() => {
    undone = []
  })

  it('is undone in its place between what the person typed', () => {
    const { text, history, type, undo, canUndo } = make()
    type('a')
    history.noteOutside(() => undone.push('first'))
    type('b')
    history.noteOutside(() => undone.push('second'))
    const steps = [1, 2, 3, 4].map(() => {
      undo()
      return `${text.toString()} ${undone.join(' ')}`
    })
    expect(steps).toEqual(['ab second', 'a second', 'a second first', ' second first'])
    expect(canUndo()).toBe(false)
  })

  it('can be undone where nothing was typed at all', () => {
    const { history, undo, canUndo } = make()
    expect(canUndo()).toBe(false)
    history.noteOutside(() => undone.push('it'))
    expect(canUndo()).toBe(true)
    undo()
    expect(undone).toEqual(['it'])
  })

  it('is passed over once it was undone another way', () => {
    const { text, history, type, undo } = make()
    type('a')
    const forget = history.noteOutside(() => undone.push('it'))
    forget()
    undo()
    expect([text.toString(), undone]).toEqual(['', []])
  })

  it('is reached though steps before it left nothing to undo', () => {
    const { text, history, type, undo } = make()
    type('a')
    history.noteOutside(() => undone.push('it'))
    type('b')
    // A colleague deletes all: undoing the typing finds nothing to take back and goes on to the step before.
    text.delete(0, text.length)
    undo()
    undo()
    expect(undone).toEqual(['it'])
  })
})
