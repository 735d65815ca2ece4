import { describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { emailProblem, localNext, nameProblem, passwordProblem } from './validation.ts'

describe('localNext', () => {
  it('keeps a path on this server, with its search and hash', () => {
    expect(localNext('/w/abc/f/src/a%20b.ts?x=1#L10-20')).toBe('/w/abc/f/src/a%20b.ts?x=1#L10-20')
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '',
    undefined,
    7,
  ])('sends %j to the start page', (next) => expect(localNext(next)).toBe('/'))
})

describe('passwordProblem', () => {
  it('counts characters as people do and says how many are missing', async () => {
    await setLocale('en')
    expect(passwordProblem('14 characters.')).toBe('1 more character needed.')
    expect(passwordProblem('15 characters..')).toBeNull()
    expect(passwordProblem('👩‍🚀'.repeat(14))).toBe('1 more character needed.')
    expect(passwordProblem('아주 길고 외우기 쉬운 문장 하나')).toBeNull()
  })
})

describe('nameProblem', () => {
  it('takes a name of any script, and says what is wrong with one that is not all seen', async () => {
    await setLocale('en')
    for (const name of ['Mina', '홍길동', ' 👩‍💻 Ada ', 'می‌خواهم']) expect(nameProblem(name)).toBeNull()
    expect(nameProblem('  ')).toBe('This cannot be empty.')
    expect(nameProblem('Mina\u202e')).toMatch(/cannot be seen/)
  })
})

describe('emailProblem', () => {
  it('forgives spaces around and asks for the rest', () => {
    expect(emailProblem(' mina@example.com ')).toBeNull()
    expect(emailProblem('mina@localhost')).not.toBeNull()
    expect(emailProblem('mina')).not.toBeNull()
  })
})
