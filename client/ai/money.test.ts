import { describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { formatAmount, parseAmount, typeAmount } from './money.ts'

describe('parseAmount', () => {
  it('counts millionths exactly, where a number would round', () => {
    expect(parseAmount('0.15')).toBe(150_000)
    expect(parseAmount(' 1.000001 ')).toBe(1_000_001)
    expect(parseAmount('3.')).toBe(3_000_000)
    expect(parseAmount('123456789.123456')).toBe(123_456_789_123_456)
  })

  it.each(['', '-1', '1,5', '1e3', '0.1234567', '1234567890', 'free'])('takes %j for no amount', (typed) => {
    expect(parseAmount(typed)).toBeNull()
  })

  it('gives back what was typed', () => {
    for (const typed of ['0', '0.15', '12', '1.000001']) expect(typeAmount(parseAmount(typed) ?? -1)).toBe(typed)
  })
})

describe('formatAmount', () => {
  it('shows what costs something as something', async () => {
    await setLocale('en')
    expect(formatAmount(0)).toBe('0.00')
    expect(formatAmount(1_234_567_000)).toBe('1,234.57')
    expect(formatAmount(42)).toBe('0.000042')
  })
})
