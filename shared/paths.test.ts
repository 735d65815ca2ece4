import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, isWithin, movedPath, numberedName, parseNewPath, parsePath } from './paths.ts'

const refused = [
  '../etc/passwd',
  'a/../../b',
  'a/..',
  '..',
  '/etc/passwd',
  'C:/x',
  'C:\\x',
  'a\\b',
  '..\\..\\x',
  'a\0b',
  '%2e%2e/x',
  '%2E%2e',
  '.%2e/x',
  '%252e%252e/x',
  'a/%2e',
  'a%2fb',
  'a%5Cb',
  'a%00b',
  '%25%32e%2e\\',
  '',
  '.',
  './.',
  'x'.repeat(256),
  '가'.repeat(86),
  'a/'.repeat(101) + 'b',
  'a/'.repeat(3000),
  '.pairloom~tmp',
  'a/.pairloom~tmp/b',
  'a\ud800',
]

describe('parsePath', () => {
  it.each(refused)('refuses %j', (path) => {
    expect(() => parsePath(path)).toThrowError(expect.objectContaining({ code: 'path_invalid' }))
  })

  it.each([
    ['src/main.ts', 'src/main.ts'],
    ['./src//main.ts/', 'src/main.ts'],
    ['100%.txt', '100%.txt'],
    ['a..b/...', 'a..b/...'],
    ['한글/문서.md', '한글/문서.md'],
    ['two\nlines', 'two\nlines'],
  ])('takes %j as %j', (raw, path) => {
    expect(parsePath(raw)).toBe(path)
  })

  it('knows the root only where it is asked for', () => {
    expect(parsePath('.', { allowRoot: true })).toBe('')
  })

  it('never answers a path that leaves the folder, whatever it is given', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '/', '%2e', '%2f', '\\', '\0', '%', '25', 'a', '한', '%5c'),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let path: string
        try {
          path = parsePath(pieces.join(''))
        } catch {
          return
        }
        expect(path.startsWith('/')).toBe(false)
        for (const name of path.split('/')) {
          expect(['', '.', '..']).not.toContain(name)
          expect(name).not.toMatch(/[\\\0]/)
        }
        expect(parsePath(path)).toBe(path)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('names', () => {
  it('makes new names in NFC and without control characters', () => {
    expect(parseNewPath('한글.md'.normalize('NFD'))).toBe('한글.md')
    expect(() => parseNewPath('a\r\nb')).toThrow()
  })

  it('folds case and Unicode form alike', () => {
    expect(foldName('README')).toBe(foldName('readme'))
    expect(foldName('한글'.normalize('NFD'))).toBe(foldName('한글'))
    expect(foldName('Straße')).toBe(foldName('STRASSE'))
    expect(foldName('a')).not.toBe(foldName('b'))
  })

  it('moves what is inside a folder, and not what merely begins with its name', () => {
    expect(movedPath('src/a/b.ts', 'src', 'lib')).toBe('lib/a/b.ts')
    expect(isWithin('src2/a', 'src')).toBe(false)
    expect(isWithin('src/a', 'src')).toBe(true)
  })

  it('numbers a name before its ending', () => {
    expect(numberedName('report.txt', 2)).toBe('report (2).txt')
    expect(numberedName('.env', 2)).toBe('.env (2)')
  })
})
