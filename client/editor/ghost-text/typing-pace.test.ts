import { expect, it } from 'vitest'
import { createTypingPace } from './typing-pace.ts'

const paceOf = (...intervals: number[]): number => {
  let at = 0
  const pace = createTypingPace(() => at)
  pace.typed()
  for (const ms of intervals) {
    at += ms
    pace.typed()
  }
  return pace.delayMs()
}

it('waits a little longer than the person takes between two keys', () => {
  expect(paceOf(100, 100, 100)).toBe(140)
  expect(paceOf(200, 200, 200)).toBe(280)
})
it('stays between 75 and 500 ms', () => {
  expect(paceOf(1, 1, 1)).toBe(75)
  expect(paceOf(900, 900, 900)).toBe(500)
})
it('follows what was typed last, and does not take a break for slow typing', () => {
  expect(paceOf(900, 100, 100, 100, 100, 100, 100, 100, 100)).toBe(140)
  expect(paceOf(100, 100, 60_000, 100)).toBe(140)
})
