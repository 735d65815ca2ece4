import { expect, it } from 'vitest'
import { beginMention, completeMention, mentionAt } from './mention.ts'

it('is what stands between an @ and the caret', () => {
  expect(mentionAt('look at @src/ma', 15)).toEqual({ query: 'src/ma', from: 8 })
  expect(mentionAt('@', 1)).toEqual({ query: '', from: 0 })
  expect(mentionAt('@한글 파일', 3)).toEqual({ query: '한글', from: 0 })
})

it('is none in an address, after a blank, or before the caret’s word', () => {
  expect(mentionAt('ada@example', 11)).toBeNull()
  expect(mentionAt('@src/main.ts ', 13)).toBeNull()
  expect(mentionAt('@src x', 6)).toBeNull()
})

it('becomes the whole path, with the caret behind it and one blank', () => {
  const text = 'look at @ma and'
  const mention = mentionAt(text, 11)!
  expect(completeMention(text, mention, 'src/main.ts')).toEqual({ text: 'look at @src/main.ts and', caret: 21 })
})

it('begins a mention where the caret is, apart from the word before it', () => {
  for (const [text, caret, expected] of [
    ['', 0, '@'],
    ['What does', 9, 'What does @'],
    ['What does ', 10, 'What does @'],
    ['see ()', 5, 'see (@)'],
  ] as const) {
    const begun = beginMention(text, caret)
    expect(begun.text).toBe(expected)
    expect(mentionAt(begun.text, begun.caret)).toEqual({ query: '', from: begun.caret - 1 })
  }
})
