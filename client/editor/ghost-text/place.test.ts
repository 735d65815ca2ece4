import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { placeAt, typedSince } from './place.ts'
import { cacheKey, createSuggestionCache } from './suggestion-cache.ts'
import { viewOf } from './view.fixture.ts'

const make = (value: string) => {
  const text = new Y.Doc().getText('text')
  text.insert(0, value)
  return { text, view: viewOf(text) }
}

describe('the place of a suggestion', () => {
  it('moves with what a colleague writes above and below it', () => {
    const { text, view } = make('one\nconst a = \nend\n')
    const place = placeAt(text, view, 14)
    text.insert(0, 'zero\n')
    text.insert(text.length, 'more\n')
    expect(typedSince(text, view, place, 19)).toEqual({ from: 19, text: '' })
  })

  it('stays in front of what is typed at it', () => {
    const { text, view } = make('const a = ')
    const place = placeAt(text, view, 10)
    text.insert(10, 'b +')
    expect(typedSince(text, view, place, 13)).toEqual({ from: 10, text: 'b +' })
  })

  it.each([
    ['in its line before it', 0, 'let '],
    ['in its line behind it', 11, '!'],
  ])('is lost when a colleague writes %s', (_where, at, insert) => {
    const { text, view } = make('const a = ;\nend')
    const place = placeAt(text, view, 10)
    text.insert(at, insert)
    expect(typedSince(text, view, place, at < 10 ? 10 + insert.length : 10)).toBeNull()
  })

  it('is lost when its line is deleted, or the caret is before it', () => {
    const { text, view } = make('one\nconst a = \nend')
    const place = placeAt(text, view, 14)
    expect(typedSince(text, view, place, 12)).toBeNull()
    text.delete(4, 11)
    expect(typedSince(text, view, place, 4)).toBeNull()
  })

  it('is lost in a text that took the place of its own', () => {
    const { text, view } = make('const a = ')
    const other = make('const a = ')
    expect(typedSince(other.text, other.view, placeAt(text, view, 10), 10)).toBeNull()
  })
})

describe('what was suggested before', () => {
  const keyIn = (value: string): string => cacheKey(make(value.replace('|', '')).view, value.indexOf('|'))
  it('counts where the line, two before and one after are the same', () => {
    expect(keyIn('far\nb\nc\nd|e\nf\nfar')).toBe(keyIn('off\nb\nc\nd|e\nf\nelse'))
    expect(keyIn('|')).toBe(keyIn('|\n'))
  })
  it.each(['far\nB\nc\nd|e\nf', 'far\nb\nC\nd|e\nf', 'far\nb\nc\nD|e\nf', 'far\nb\nc\nd|E\nf', 'far\nb\nc\nd|e\nF'])(
    'does not count in %j',
    (value) => expect(keyIn(value)).not.toBe(keyIn('far\nb\nc\nd|e\nf')),
  )
  it('is forgotten from the oldest on', () => {
    const cache = createSuggestionCache()
    for (let i = 0; i < 61; i++) cache.set(String(i), { completionId: '', text: String(i) })
    expect([cache.get('0'), cache.get('60')?.text]).toEqual([undefined, '60'])
  })
})
