import { describe, expect, it } from 'vitest'
import { parseLines } from './files-api.ts'
import { foldForSearch, fuzzyFind } from './fuzzy.ts'

const paths = [
  'src/billing/worker.ts',
  'src/billing/worker.test.ts',
  'src/web/other.ts',
  '설계 메모.md'.normalize('NFD'),
  'README.md',
]
const find = (query: string): string[] => fuzzyFind(query, paths, foldForSearch, 10).map((m) => m.item)

describe('quick open', () => {
  it('puts the file whose name begins with the query first', () => {
    expect(find('worker')[0]).toBe('src/billing/worker.ts')
  })
  it('finds letters scattered over the path', () => {
    expect(find('sbw')).toContain('src/billing/worker.ts')
  })
  it('finds an NFD name by its NFC letters', () => {
    expect(find('설계')).toEqual(['설계 메모.md'.normalize('NFD')])
  })
  it('leaves out what lacks a letter', () => {
    expect(find('zzz')).toEqual([])
  })
})

describe('deep links', () => {
  it('name one line or several', () => {
    expect([parseLines('#L10'), parseLines('#L10-20'), parseLines('#L20-10')]).toEqual([
      { from: 10, to: 10 },
      { from: 10, to: 20 },
      { from: 20, to: 20 },
    ])
  })
  it('are ignored where they say nothing', () => {
    expect([parseLines(''), parseLines('#section'), parseLines('#L')]).toEqual([null, null, null])
  })
})
