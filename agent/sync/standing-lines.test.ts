import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { joinStanding, standingLines } from './standing-lines.ts'

const textOf = (doc: Y.Doc): Y.Text => doc.getText(TEXT_NAME)
/** What stands of each line, the rest as dots. */
const shown = (lines: ReturnType<typeof standingLines>): string[] =>
  [...lines].map(([line, units]) => [...units].map((stands, i) => (stands ? line[i] : '.')).join(''))

it('knows what stands of the lines of a moment, whatever was put between and wherever it went', () => {
  const doc = new Y.Doc()
  textOf(doc).insert(0, 'one\n')
  const fork = new Y.Doc()
  Y.applyUpdate(fork, Y.encodeStateAsUpdate(doc))
  textOf(doc).insert(4, 'two words\nthree\n')
  const moment = Y.encodeStateAsUpdate(doc)
  textOf(doc).insert(5, 'XY')
  textOf(doc).delete(0, 5)
  textOf(doc).delete(textOf(doc).toJSON().indexOf('three'), 5)
  expect(textOf(doc).toJSON()).toBe('XYwo words\n\n')
  expect(shown(standingLines([moment], doc, fork))).toEqual(['.wo words\n', '.....\n'])
  // All that the fork has heard of does not count.
  expect(shown(standingLines([moment], doc, doc))).toEqual([])
})

it('of a line that was there several times tells that one of which most stands', () => {
  const doc = new Y.Doc()
  const fork = new Y.Doc()
  textOf(doc).insert(0, 'same\nsame\n')
  const early = Y.encodeStateAsUpdate(doc)
  textOf(doc).delete(0, 7)
  expect(shown(standingLines([early], doc, fork))).toEqual(['..me\n'])
  textOf(doc).insert(0, 'same\n')
  const late = Y.encodeStateAsUpdate(doc)
  const moments = [early, late].map((moment) => standingLines([moment], doc, fork))
  expect(shown(joinStanding(moments))).toEqual(['same\n', 'me\n'])
})
