import { expect, it } from 'vitest'
import { nearestVersion } from './nearest.ts'

const version = (text: string) => ({ sha256: text, text })

it('[K3] measures a program with a stale buffer against the version it had read', () => {
  const old = version('one\ntwo\n')
  const last = version('one\ncolleague\ntwo\nbelow\n')
  expect(nearestVersion([old, last], last, version('one\nmine\ntwo\n'), last.text)).toBe(old)
})

it('[K3] prefers the version that has most of what is written, where every version lacks some of it', () => {
  const other = version('k0\nk42\nk10\nk46\nk33\nk29\n')
  const first = version('k0\nk10\nk1\nk29\n')
  const disk = version('k0\nk42\nk10\nk33\nk53\nk1\nk29\n')
  expect(nearestVersion([other, first], first, disk, other.text)).toBe(other)
})

it('[K3] is not misled by a word that a stale program and a colleague have both written', () => {
  const old = version('one\ntwo\n')
  const last = version(`one\n${Array.from({ length: 9 }, (_, i) => `<a.00${i}>\n`).join('')}two\n`)
  expect(nearestVersion([old, last], last, version('one\n<mine.001>\ntwo\n'), last.text)).toBe(old)
})

it('[K3] is not misled by a line that both have written, where a colleague wrote much more', () => {
  const old = version('one\ntwo\n')
  const last = version('one\nreturn null\n' + 'what a colleague wrote meanwhile\n'.repeat(9) + 'two\n')
  expect(nearestVersion([old, last], last, version('one\nreturn null\ntwo\n'), last.text)).toBe(old)
})

it('[K3] takes a line put into what stood there last for a new one, not for another word in a line of long ago', () => {
  const old = version('# notes\n<sed.000000>\nlast line\n')
  const last = version('# notes\nlast line\n')
  expect(nearestVersion([old, last], last, version('# notes\n<sed.000005>\nlast line\n'), 'typed\n')).toBe(last)
})

it('[K3] takes a line put into what stood there lately for a new one, though more came since', () => {
  const old = version('# notes\n<stale.000000>\nlast line\n')
  const lately = version('# notes\nlast line\n')
  const last = version(`# notes\n${'what a colleague wrote meanwhile\n'.repeat(9)}last line\n`)
  const disk = version('# notes\n<stale.000006>\nlast line\n')
  expect(nearestVersion([old, lately, last], last, disk, last.text)).toBe(lately)
})

it('[K3] knows who changed a word of a longer version from who added all of it', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i} of it\n`)
  const old = version(`# notes\n${lines.join('')}last line\n`)
  const last = version('# notes\nlast line\n')
  expect(nearestVersion([old, last], last, version(old.text.replace('line 4', 'row 4')), 'typed\n')).toBe(old)
})
