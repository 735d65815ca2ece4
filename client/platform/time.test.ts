import { describe, expect, it } from 'vitest'
import { setLocale } from './i18n.ts'
import { formatBytes, formatRelativeTime } from './time.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const at = (seconds: number) => formatRelativeTime(new Date(NOW + seconds * 1000).toISOString(), NOW)

describe('formatRelativeTime', () => {
  it('tells the past in whole units and the future to the nearest', async () => {
    await setLocale('en')
    expect(at(-20)).toBe('just now')
    expect(at(20)).toBe('in less than a minute')
    expect(at(29.9)).toBe('in less than a minute')
    expect(at(-119)).toBe('1 minute ago')
    expect(at(-3 * 3600 - 3599)).toBe('3 hours ago')
    expect(at(-86_400)).toBe('yesterday')
    expect(at(24 * 3600 - 2)).toBe('tomorrow')
    expect(at(7 * 86_400 - 2)).toBe('next week')
    expect(at(3 * 3600 - 2)).toBe('in 3 hours')
  })

  it('speaks Korean', async () => {
    await setLocale('ko')
    expect(at(-20)).toBe('방금')
    expect(at(20)).toBe('1분 안에')
    expect(at(-7_300)).toBe('2시간 전')
    expect(at(-86_400)).toBe('어제')
  })
})

describe('formatBytes', () => {
  it('uses the unit people read', async () => {
    await setLocale('en')
    expect([0, 1, 999].map(formatBytes)).toEqual(['0 bytes', '1 byte', '999 bytes'])
    expect(formatBytes(1_400_000)).toBe('1.4 MB')
    await setLocale('ko')
    expect([0, 1, 968].map(formatBytes)).toEqual(['0바이트', '1바이트', '968바이트'])
  })

  it('goes to the next unit before its number has four digits', async () => {
    await setLocale('en')
    expect([1_000, 999_949, 999_950, 999_960_000, 2e12].map(formatBytes)).toEqual([
      '1 kB',
      '999.9 kB',
      '1 MB',
      '1 GB',
      '2,000 GB',
    ])
  })
})
