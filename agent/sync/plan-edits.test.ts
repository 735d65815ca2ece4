import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { applyEdits } from '#shared/text-diff.ts'
import { planEdits } from './plan-edits.ts'

it('takes a line once that both sides have written', () => {
  expect(planEdits('a\n', 'a\nnew\n', 'a\nnew\n')).toEqual([])
})

it('does not put in again a line that was taken once before, whatever became of it since', () => {
  const edits = planEdits('a\nb\n', 'a\nshared with more\nb\n', 'a\nshared\nb\nc\n', 'a\nshared\nb\n')
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
