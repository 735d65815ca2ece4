import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { applyEdits, diffText, type TextEdit } from '#shared/text-diff.ts'
import { planEdits } from './plan-edits.ts'
import type { StandingLines } from './standing-lines.ts'

it('takes a line once that both sides have written', () => {
  expect(planEdits('a\n', 'a\nnew\n', 'a\nnew\n')).toEqual([])
})

it('does not put in again a line that was taken once before, whatever became of it since', () => {
  const edits = planEdits('a\nb\n', 'a\nshared with more\nb\n', 'a\nshared\nb\nc\n', { seen: 'a\nshared\nb\n' })
  expect(applyEdits('a\nb\n', edits)).toBe('a\nb\nc\n')
})

it('[K5] leaves what people type in the line where they type it, whatever a formatter does around it', () => {
  const base = `const   first = {a:1}\n\n\n// mina: \n\nlet  middle = 'm'\n\n// jun: \n\n\nfunction   last( ) { return 'l' }\n`
  const theirs = `const first = { a: 1 };\n\n// mina:\n\nlet middle = "m";\n\n// jun:\n\nfunction last() {\n  return "l";\n}\n`
  const document = new Y.Doc()
  const text = document.getText()
  text.insert(0, base)
  const fork = new Y.Doc()
  Y.applyUpdate(fork, Y.encodeStateAsUpdate(document))
  for (const name of ['mina', 'jun']) {
    const place = `// ${name}: `
    text.insert(text.toJSON().indexOf(place) + place.length, `by ${name}`)
  }
  for (const { index, remove, insert } of planEdits(base, text.toJSON(), theirs).toReversed()) {
    fork.getText().delete(index, remove)
    fork.getText().insert(index, insert)
  }
  expect(fork.getText().toJSON()).toBe(theirs)
  Y.applyUpdate(document, Y.encodeStateAsUpdate(fork))
  expect(text.toJSON()).toBe(theirs.replace('// mina:', '// mina:by mina').replace('// jun:', '// jun:by jun'))
})

const merged = (base: string, mine: string, theirs: string, standing: StandingLines = new Map()): string => {
  const [document, fork] = [new Y.Doc(), new Y.Doc()]
  document.getText().insert(0, base)
  Y.applyUpdate(fork, Y.encodeStateAsUpdate(document))
  const type = (doc: Y.Doc, edits: readonly TextEdit[]): void => {
    for (const { index, remove, insert } of edits.toReversed()) {
      doc.getText().delete(index, remove)
      doc.getText().insert(index, insert)
    }
  }
  type(document, diffText(base, mine))
  type(fork, planEdits(base, mine, theirs, { standing }))
  Y.applyUpdate(document, Y.encodeStateAsUpdate(fork))
  return document.getText().toJSON()
}

it('[K2] keeps the end of a line that both sides have changed to the same', () => {
  expect(merged('a\nX\nb\n', 'a\nY\nb\n', 'a\nY\nb\n')).toBe('a\nY\nb\n')
  expect(merged('a\nX\nb\n', 'm\na\nY\nb\n', 'a\nY\nb\nc\n')).toBe('m\na\nY\nb\nc\n')
  expect(merged('a X old\nb\n', 'a Y old\nb\n', 'a Y new\nb\n')).toBe('a Y new\nb\n')
})

it('[K2] puts in a line as often as a program wrote it beyond those that people wrote too', () => {
  expect(merged('a\nb\n', 'same\na\nb\n', 'a\nsame\nb\nsame\n')).toBe('same\na\nb\nsame\n')
})

it('[K2] keeps a line that people and a program wrote at different places', () => {
  const base = 'f {\n}\ng {\n}\n'
  expect(merged(base, 'f {\n  return null\n}\ng {\n}\n', 'f {\n}\ng {\n  return null\n}\n')).toBe(
    'f {\n  return null\n}\ng {\n  return null\n}\n',
  )
})

it('[K3] does not put in again what stands of a line that a program had read at another moment', () => {
  const all = Array.from('moved\n', () => true)
  expect(merged('a\nb\n', 'a\nmoved more\nb\n', 'a\nb\nmoved\nc\n', new Map([['moved\n', all]]))).toBe(
    'a\nmoved more\nb\nc\n',
  )
  const end = Array.from('gone here\n', (_, i) => i >= 'gone'.length && i < 'gone here'.length)
  expect(merged('a\nb\n', 'a here\nb\n', 'a\ngone here\nb\n', new Map([['gone here\n', end]]))).toBe(
    'a here\ngone\nb\n',
  )
})

it('[K2] changes of what the others saw only what they changed of that', () => {
  const [base, seen] = ['one\nlastnew\n', 'one\nlast\nnew\n']
  expect(planEdits(base, base, 'one\nlast\nnew\nmore\n', { seen })).toEqual([
    { index: 12, remove: 0, insert: 'more\n' },
  ])
  expect(planEdits(base, base, 'last\nnew\n', { seen })).toEqual([{ index: 0, remove: 4, insert: '' }])
  expect(planEdits(base, base, seen, { seen })).toEqual([])
})
