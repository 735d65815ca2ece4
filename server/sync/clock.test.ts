import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

afterEach(() => void vi.restoreAllMocks())

it('does not go back when the clock of the machine is set back, or commits and rechecks would wait for a day', () => {
  const before = systemClock.now()
  vi.spyOn(Date, 'now').mockReturnValue(before - 86_400_000)
  expect(systemClock.now()).toBeGreaterThanOrEqual(before)
})

it('does not leap ahead when the clock is set ahead', () => {
  const before = systemClock.now()
  vi.spyOn(Date, 'now').mockReturnValue(before + 86_400_000)
  expect(systemClock.now() - before).toBeLessThan(60_000)
})

it('answers whole milliseconds, since presence counts with them', () => {
  expect(Number.isSafeInteger(systemClock.now())).toBe(true)
})
