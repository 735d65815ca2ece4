import { expect, it } from 'vitest'
import { endOfSentences } from './sentences.ts'

it('finds where the last whole sentence ends', () => {
  expect(endOfSentences('Not yet')).toBe(0)
  expect(endOfSentences('One. Two is under w')).toBe(4)
  expect(endOfSentences('Version 1.5 is')).toBe(0)
  expect(endOfSentences('끝났습니다. 다음은')).toBe('끝났습니다.'.length)
  expect(endOfSentences('a line\nthe next')).toBe('a line\n'.length)
})
