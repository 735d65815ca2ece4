import { describe, expect, it } from 'vitest'
import { isPlainName } from './names.ts'

describe('a name', () => {
  it.each(['Ada', '홍길동', 'עברית', 'O’Neil', '👩‍💻 Ada', 'می‌خواهم', '🏳️‍🌈'])('may be %s', (name) => {
    expect(isPlainName(name)).toBe(true)
  })

  it.each([
    ['a line break', 'a\nb'],
    ['a zero byte', 'a\0b'],
    ['what turns the direction of text', 'txt\u202egpj.exe'],
    ['what isolates it', '\u2067Ada'],
    ['a space of no width', 'A\u200bda'],
    ['a soft hyphen', 'A\u00adda'],
    ['joiners alone', '\u200d\u200c'],
    ['joiners and spaces', ' \u200d '],
    ['nothing', ''],
  ])('holds no %s', (_, name) => {
    expect(isPlainName(name)).toBe(false)
  })
})
