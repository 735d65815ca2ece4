import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { mayHaveCutCharacters } from './cut-characters.ts'

function found(initial: string, edit: (text: Y.Text) => void): boolean[] {
  const doc = new Y.Doc()
  const text = doc.getText()
  text.insert(0, initial)
  const answers: boolean[] = []
  text.observe((_event, transaction) => answers.push(mayHaveCutCharacters(transaction)))
  doc.transact(() => edit(text))
  return answers
}

describe('edits through the middle of a character', () => {
  it('are found where something is written between the halves', () => {
    expect(found('a😀b', (text) => text.insert(2, 'x'))).toEqual([true])
  })
  it('are found where one half is deleted', () => {
    expect(found('a😀b', (text) => text.delete(1, 1))).toEqual([true])
    expect(found('a😀b', (text) => text.delete(2, 1))).toEqual([true])
  })
  it('are found where nothing of the edit is left to see', () => {
    const edit = (text: Y.Text): void => {
      text.insert(2, 'x')
      text.delete(2, 1)
    }
    expect(found('a😀b', edit)).toEqual([true])
  })
  it('are not found where the character stays whole or goes whole', () => {
    expect(found('a😀b', (text) => text.insert(1, 'x'))).toEqual([false])
    expect(found('a😀b', (text) => text.insert(3, '🚀'))).toEqual([false])
    expect(found('a😀b', (text) => text.delete(1, 2))).toEqual([false])
  })
})
