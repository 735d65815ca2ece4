import { expect, it } from 'vitest'
import { namedFile } from './named-file.ts'

const files = new Set(['src/app.js', 'app.js', 'packages/web/src/main.ts', 'notes 100%.md', '문서/메모.md'])
const hasFile = (path: string): boolean => files.has(path)
const place = { root: '/data/w1/files', folder: 'packages/web' }
const named = (word: string, at = place) => namedFile(word, at, hasFile)

it('counts relative names from where the shell is, then from the root', () => {
  expect(named('src/main.ts')).toBe('packages/web/src/main.ts')
  expect(named('./src/main.ts')).toBe('packages/web/src/main.ts')
  expect(named('../../app.js')).toBe('app.js')
  expect(named('src/app.js')).toBe('src/app.js')
  expect(namedFile('app.js', { root: '', folder: null }, hasFile)).toBe('app.js')
})

it('knows absolute names and file addresses of the workspace, as stack traces print them', () => {
  expect(named('/data/w1/files/src/app.js')).toBe('src/app.js')
  expect(named('file:///data/w1/files/%EB%AC%B8%EC%84%9C/%EB%A9%94%EB%AA%A8.md')).toBe('문서/메모.md')
  expect(named('file:///data/w1/files/notes 100%.md')).toBe('notes 100%.md')
})

it('answers for nothing outside of the workspace', () => {
  expect(named('/etc/passwd')).toBeNull()
  expect(named('/data/w1/files-of-others/app.js')).toBeNull()
  expect(named('/data/w1/files/../other/app.js')).toBeNull()
  expect(named('../../../../app.js')).toBeNull()
  expect(namedFile('/app.js', { root: '', folder: null }, hasFile)).toBeNull()
  expect(named('missing.js')).toBeNull()
})
