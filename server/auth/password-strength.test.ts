import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWeakPassword } from './password-strength.ts'

const owner = { email: 'mina.kim@harbour.example', name: 'Mina Kim' }
const isWeak = (password: string) => isWeakPassword(password, owner)

describe('isWeakPassword', () => {
  it.each([
    ['fourteen bytes', 'vq8#lantern wo'],
    ['five syllables of Hangul', '부두의등불'],
    ['one character', 'aaaaaaaaaaaaaaaaaaaa'],
    ['a word over and over', 'passwordpassword'],
    ['a short unit over and over', 'abcabcabcabcabcabc'],
    ['digits in order', '123456789012345'],
    ['digits backwards', '987654321098765'],
    ['the alphabet', 'abcdefghijklmnopqrs'],
    ['rows of the keyboard', 'qwertyuiopasdfghjkl'],
    ['rows of the keyboard, in capitals', 'QWERTYUIOPASDFGH'],
    ['columns of the keyboard', '1qaz2wsx3edc4rfv'],
    ['a common word and digits', 'password1234567'],
    ['a common word in disguise', 'P@ssw0rd12345678'],
    ['two common words', 'welcomeadmin2345'],
    ["a leaked list's favourite", 'correcthorsebatterystaple'],
    ["the owner's address", 'mina.kim@harbour.example'],
    ["the owner's name and digits", 'minakimminakim12345'],
    ["the owner's name and company", 'Mina Kim Harbour!'],
    ["the product's name", 'pairloompairloom1'],
    ['few different characters', 'abababbaabbaabab'],
    ['spaces', ' '.repeat(20)],
    ['a common Korean word', '비밀번호비밀번호1234'],
  ])('refuses %s', (_, password) => {
    expect(isWeak(password)).toBe(true)
  })

  it.each([
    ['a passphrase', 'quiet lantern over the harbour'],
    ['a passphrase of exactly fifteen bytes', 'tin oboe quilts'],
    ['sixty-four characters', 'seven unhurried herons stood at dusk beside the old lock gates..'],
    ['1,024 bytes', 'kettle marrow '.repeat(80).slice(0, 1024 - 9) + 'end of it'],
    ['a passphrase with emoji', 'tin 🐎 oboe 🔋 quilts'],
    ['a Korean sentence', '부두 끝에 등불이 세 개'],
    ['what a password manager makes', 'xK9#mPq2$vLw8Zr'],
    ['a passphrase that happens to hold the name', 'mina paints seven herons'],
    ['hexadecimal', '9f86d081884c7d659a2feaa0c55ad015'],
  ])('accepts %s', (_, password) => {
    expect(isWeak(password)).toBe(false)
  })

  it('judges any text in bounded time and without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1024 }), (password) => typeof isWeak(password) === 'boolean'),
    )
    const before = process.threadCpuUsage()
    for (const unit of ['a', 'ab', '12', '0987', 'qwe', 'mina', '𝄞']) isWeak(unit.repeat(1024 / unit.length))
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(1000)
  })

  it('accepts what is random, whatever the owner is called', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.string({ maxLength: 80 }), (bytes, name) => {
        fc.pre(new Set(bytes).size > 12)
        const password = Buffer.from(bytes).toString('hex')
        expect(isWeakPassword(password, { email: 'a@b.example', name: `n${name}` })).toBe(false)
      }),
    )
  })
})
