import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDrawPace, type DrawPace } from './draw-pace.ts'

const ROWS = { start: 0, end: 9, isRedrawOnly: false }
let drawn: { start: number; end: number; isRedrawOnly: boolean }[] = []
let pace: DrawPace

beforeEach(() => {
  vi.useFakeTimers()
  drawn = []
  pace = createDrawPace({ draw: (rows) => void drawn.push(rows) })
})
afterEach(() => {
  pace.dispose()
  vi.useRealTimers()
})

/** So many kilobytes a second, in pieces of 16 ms, each of which asks for rows to be drawn. */
function print(kilobytes: number, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 16) {
    pace.printed(kilobytes * 16)
    pace.draw(ROWS)
    vi.advanceTimersByTime(16)
  }
}

it('draws at once what a person can follow', () => {
  print(300, 1_600)
  expect(drawn).toHaveLength(100)
})

it('draws a flood a few times a second, and its end soon', () => {
  print(3_000, 1_600)
  expect(drawn.length).toBeGreaterThanOrEqual(18)
  expect(drawn.length).toBeLessThanOrEqual(30)
  const before = drawn.length
  pace.printed(16)
  pace.draw({ start: 3, end: 4, isRedrawOnly: true })
  vi.advanceTimersByTime(80)
  expect(drawn).toHaveLength(before + 1)
})

it('draws all rows that changed since the last time', () => {
  print(3_000, 320)
  vi.advanceTimersByTime(80)
  pace.printed(256 << 10)
  pace.draw({ start: 9, end: 9, isRedrawOnly: true })
  drawn = []
  pace.draw({ start: 5, end: 6, isRedrawOnly: true })
  pace.draw({ start: 2, end: 3, isRedrawOnly: false })
  expect(drawn).toEqual([])
  vi.advanceTimersByTime(80)
  expect(drawn).toEqual([{ start: 2, end: 9, isRedrawOnly: false }])
})

it('forgets a flood a moment after it ended', () => {
  print(50_000, 1_600)
  vi.advanceTimersByTime(200)
  drawn = []
  print(100, 160)
  expect(drawn).toHaveLength(10)
})

it('draws at once after a key', () => {
  print(3_000, 320)
  pace.pressed()
  drawn = []
  print(3_000, 160)
  expect(drawn).toHaveLength(10)
  print(3_000, 1_600)
  expect(drawn.length).toBeLessThan(60)
})

it('draws nothing once the terminal is gone', () => {
  print(3_000, 48)
  drawn = []
  pace.dispose()
  vi.advanceTimersByTime(1_000)
  expect(drawn).toEqual([])
})
