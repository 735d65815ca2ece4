import { expect, it } from 'vitest'
import { excerptOf } from './excerpt.ts'

const place = (document: string, disk: string, now: string) => excerptOf({ document, disk, now })

it('is the line as it stands, where it is short', () => {
  expect(place('  limit = 20\n', '  limit = 30\n', '  limit = 2030\n')).toBe('limit = 2030')
})

it('begins shortly before what was written differently, which would else be out of sight', () => {
  const name = 'maximumNumberOfRetriesBeforeTheStatementIsParked'
  expect(place(`const ${name} = 20`, `const ${name} = 30`, `const ${name} = 2030 // times`)).toBe(
    '…StatementIsParked = 2030 // times',
  )
})

it('is the line with the difference, not the first of the place', () => {
  expect(place('first\nsecond\nours\n', 'first\nsecond\ntheirs\n', 'first\nsecond\nourstheirs\n')).toBe('ourstheirs')
})

it('stays with the text where others have typed since, or chosen', () => {
  expect(place('a = 20\n', 'a = 30\n', 'let a = 2030\n')).toBe('let a = 2030')
  expect(place('a = 20\n', 'a = 30\n', 'a = 20\n')).toBe('a = 20')
  expect(place('one\n', 'two\n', '')).toBe('')
})

it('falls back to the first words of the place where the difference is an empty line', () => {
  expect(place('head\n\n\ntail', 'head\n\ntail', 'head\n\n\ntail')).toBe('head')
})

it('cuts no character in two', () => {
  const smile = '😀'.repeat(30)
  expect(place(`${smile}a`, `${smile}b`, `${smile}ab`)).toBe(`…${'😀'.repeat(10)}ab`)
  expect(place(`x${smile}a`, `x${smile}b`, `x${smile}ab`)).toBe(`…${'😀'.repeat(10)}ab`)
  expect(place(`${smile}1a`, `${smile}1b`, `${smile}1ab`)).toBe(`…${'😀'.repeat(9)}1ab`)
})
