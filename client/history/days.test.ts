import { beforeAll, describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { byDay, timeSpan } from './days.ts'

const now = new Date(2026, 0, 6, 12).getTime()
const entry = (...at: [number, number, number, number?]) => ({ toAt: new Date(...at).getTime() })

describe('the days of the history', () => {
  beforeAll(() => setLocale('en'))

  it('are named as people name them', () => {
    const entries = [
      entry(2026, 0, 6, 9),
      entry(2026, 0, 6, 8),
      entry(2026, 0, 5),
      entry(2026, 0, 2),
      entry(2025, 11, 31),
    ]
    expect(byDay(entries, now).map(({ day, entries: ofDay }) => [day, ofDay.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      ['Friday, January 2', 1],
      ['Wednesday, December 31, 2025', 1],
    ])
  })

  it('give a session its time, or its two times', () => {
    const from = new Date(2026, 0, 6, 9, 5).getTime()
    expect(timeSpan({ fromAt: from, toAt: from + 10_000 })).toMatch(/^9:05\sAM$/)
    expect(timeSpan({ fromAt: from, toAt: from + 60_000 })).toMatch(/^9:05\s–\s9:06\sAM$/)
  })
})
