import { expect, it } from 'vitest'
import { needsPreview, pastedLines, previewOf } from './paste-text.ts'

it('previews whatever holds the end of a line', () => {
  expect(needsPreview('npm test')).toBe(false)
  expect(needsPreview('npm test\n')).toBe(true)
  expect(needsPreview('a\rb')).toBe(true)
})

it('counts lines of every line ending', () => {
  expect(pastedLines('a\r\nb\rc\n')).toEqual(['a', 'b', 'c'])
  expect(pastedLines('one')).toEqual(['one'])
})

it('shows the first lines, says how many follow, and hides no control character', () => {
  const { shown, more } = previewOf(Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n'))
  expect(shown.split('\n')).toHaveLength(12)
  expect(more).toBe(8)
  expect(previewOf('a\u001b[201~\nrm').shown).toBe('a␛[201~\nrm')
  expect(previewOf('echo \u202e한글\u200b\nrm').shown).toBe('echo <U+202E>한글<U+200B>\nrm')
})
