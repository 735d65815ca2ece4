import * as buffer from 'lib0/buffer'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import { placeConflicts } from './place-conflicts.ts'

const TEXT = 'first\nx = 34\nlast\n'

function place(change: (text: Y.Text) => void = () => undefined) {
  const doc = new Y.Doc()
  const text = doc.getText()
  text.insert(0, TEXT)
  const anchor = (at: number, assoc: number) =>
    buffer.toBase64(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, at, assoc)))
  const info: ConflictInfo = {
    id: 'one',
    documentId: 'document',
    path: 'a.ts',
    start: anchor(6, 0),
    end: anchor(13, -1),
    base: 'x = 2\n',
    document: 'x = 3\n',
    disk: 'x = 4\n',
    merged: 'x = 34\n',
    now: 'x = 34\n',
    line: 2,
  }
  change(text)
  const now = text.toString()
  const view = {
    length: () => now.length,
    slice: (from: number, to: number) => now.slice(from, to),
    lineStart: () => 0,
    lineEnd: () => 0,
    lineOf: (at: number) => now.slice(0, at).split('\n').length,
  }
  return placeConflicts(text, view, [info]).map(({ line, now: there }) => [line, there])
}

describe('a conflict with the disk', () => {
  it('moves with its text, and has what is typed into it', () => {
    expect(place()).toEqual([[2, 'x = 34\n']])
    expect(
      place((text) => {
        text.insert(12, '5')
        text.insert(0, 'new\n')
      }),
    ).toEqual([[3, 'x = 345\n']])
  })

  it.each([
    ['one side was taken out', (text: Y.Text) => text.delete(10, 1)],
    ['the line was', (text: Y.Text) => text.delete(6, 7)],
    ['everything was', (text: Y.Text) => text.delete(0, TEXT.length)],
  ])('is shown no more once %s', (_, change) => expect(place(change)).toEqual([]))
})
