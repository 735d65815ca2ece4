import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchIdle } from './watch-idle.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('tells once that nobody touches the tab, and at once that somebody does', () => {
  const told: boolean[] = []
  const stop = watchIdle(60_000, (isIdle) => told.push(isIdle))
  vi.advanceTimersByTime(50_000)
  window.dispatchEvent(new KeyboardEvent('keydown'))
  vi.advanceTimersByTime(59_000)
  expect(told).toEqual([])
  vi.advanceTimersByTime(2_000)
  expect(told).toEqual([true])
  vi.advanceTimersByTime(600_000)
  window.dispatchEvent(new Event('pointermove'))
  window.dispatchEvent(new Event('pointermove'))
  expect(told).toEqual([true, false])
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([true, false, true])
  stop()
  window.dispatchEvent(new KeyboardEvent('keydown'))
  vi.advanceTimersByTime(120_000)
  expect(told).toEqual([true, false, true])
})
