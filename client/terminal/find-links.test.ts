import { expect, it } from 'vitest'
import { findLinks } from './find-links.ts'

const files = new Set(['src/server.ts', 'app.py', 'README.md', '설계 메모.md', '문서/메모.md', 'Makefile', 'bin/run'])
const toPath = (word: string): string | null => {
  const path = word.replace(/^\.\//, '')
  return files.has(path) ? path : null
}
const found = (text: string) =>
  findLinks(text, toPath).map((link) =>
    link.type === 'web' ? link.url : `${link.path}:${link.line ?? '-'}:${link.column ?? '-'}`,
  )

it('finds files with their line and column as compilers write them', () => {
  expect(found('src/server.ts:12:5 - error TS2304')).toEqual(['src/server.ts:12:5'])
  expect(found('src/server.ts(12,5): error')).toEqual(['src/server.ts:12:5'])
  expect(found('  at Object.<anonymous> (./src/server.ts:3:1)')).toEqual(['src/server.ts:3:1'])
  expect(found('  File "app.py", line 7, in <module>')).toEqual(['app.py:7:-'])
  expect(found('modified:   README.md')).toEqual(['README.md:-:-'])
  expect(found('Makefile:4: *** missing separator.')).toEqual(['Makefile:4:-'])
  expect(found('See README.md, then src/server.ts.')).toEqual(['README.md:-:-', 'src/server.ts:-:-'])
  expect(found('./bin/run done')).toEqual(['bin/run:-:-'])
})

it('hands absolute names and addresses of files on whole', () => {
  const words: string[] = []
  findLinks('at run (/data/w/src/a.js:1:7) or file:///data/w/src/b.js:2:1', (word) => (words.push(word), null))
  expect(words).toEqual(['/data/w/src/a.js', 'file:///data/w/src/b.js'])
})

it('finds names in Korean', () => {
  expect(found('문서/메모.md:2')).toEqual(['문서/메모.md:2:-'])
})

it('leaves alone what names no file of the workspace', () => {
  expect(found('version 1.2.3 of lodash.js in /etc/passwd')).toEqual([])
})

it('finds addresses without the punctuation of the sentence', () => {
  expect(found('see https://example.com/a?b=1). Then http://localhost:5173/, done')).toEqual([
    'https://example.com/a?b=1',
    'http://localhost:5173/',
  ])
})

it('offers nothing but web addresses as such', () => {
  expect(found('javascript:alert(1) file:///etc/passwd data:text/html,x')).toEqual([])
})

it('says where a link stands', () => {
  expect(findLinks('in app.py:3 here', toPath)).toEqual([
    { type: 'file', start: 3, end: 11, path: 'app.py', line: 3, column: null },
  ])
})

it('does not search in lines that are data', () => {
  expect(findLinks(`app.py ${'x'.repeat(5_000)}`, toPath)).toEqual([])
})
