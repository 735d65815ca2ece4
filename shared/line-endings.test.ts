import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinLineEndings, splitLineEndings } from './line-endings.ts'

const raw = fc
  .array(fc.constantFrom('a', 'b', '', '\n', '\r\n', '\r', '\r\r\n'), { maxLength: 20 })
  .map((parts) => parts.join(''))

describe('line endings', () => {
  it('[T1] gives back the very same bytes when nothing was edited, and the document never holds a CR', () => {
    fc.assert(
      fc.property(raw, (bytes) => {
        const split = splitLineEndings(bytes)
        expect(split.text).not.toContain('\r')
        expect(joinLineEndings(split.text, split)).toEqual({ raw: bytes, lineEndings: split.lineEndings })
      }),
      { numRuns: 1000 },
    )
  })

  it('[T1] leaves untouched lines with their own endings in a mixed file', () => {
    const base = splitLineEndings('one\r\ntwo\nthree\r\n')
    expect(joinLineEndings('one\nTWO\nthree\nfour\n', base).raw).toBe('one\r\nTWO\nthree\r\nfour\r\n')
    expect(joinLineEndings('new\none\ntwo\nthree\n', base).raw).toBe('new\r\none\r\ntwo\nthree\r\n')
  })

  it('writes a new line of a CRLF file with CRLF', () => {
    expect(joinLineEndings('a\nb\nc', splitLineEndings('a\r\nb')).raw).toBe('a\r\nb\r\nc')
  })

  it('answers endings that describe what it wrote', () => {
    fc.assert(
      fc.property(raw, fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 20 }), (bytes, parts) => {
        const written = joinLineEndings(parts.join(''), splitLineEndings(bytes))
        const again = splitLineEndings(written.raw)
        expect(again.text).toBe(parts.join(''))
        expect(joinLineEndings(again.text, { text: again.text, lineEndings: written.lineEndings }).raw).toBe(
          written.raw,
        )
      }),
      { numRuns: 1000 },
    )
  })
})
