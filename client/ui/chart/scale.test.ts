import { describe, expect, it } from 'vitest'
import { labelStride, niceTicks } from './scale.ts'

describe('niceTicks', () => {
  it('ends at or above the largest value, in round steps', () => {
    expect(niceTicks(14_000)).toEqual([0, 5000, 10_000, 15_000])
    expect(niceTicks(30)).toEqual([0, 10, 20, 30])
    expect(niceTicks(7)).toEqual([0, 2.5, 5, 7.5])
    expect(niceTicks(0.003)).toHaveLength(4)
  })

  it('has an axis where nothing was counted', () => expect(niceTicks(0)).toEqual([0, 1]))
})

it('labelStride leaves each label its room', () => {
  expect(labelStride(24, 1000, 40)).toBe(1)
  expect(labelStride(30, 300, 60)).toBe(6)
})
