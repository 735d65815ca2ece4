import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { createRateLimit } from './rate-limit.ts'

function setUp(options: { perMinute: number; burst: number; maxKeys?: number }) {
  const clock = { now: 1_000_000 }
  const limit = createRateLimit({ ...options, now: () => clock.now })
  /** Seconds to wait, or 0 where the try was taken. */
  const take = (key: string): number => {
    try {
      limit.take(key)
      return 0
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'rate_limited') throw error
      return Number(error.details['retryAfterSeconds'])
    }
  }
  return { clock, limit, take }
}

describe('a rate limit', () => {
  it('takes a burst, then says after how many seconds it takes one more, and does', () => {
    const { clock, take } = setUp({ perMinute: 10, burst: 3 })
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 6])
    clock.now += 5999
    expect(take('a')).toBe(1)
    clock.now += 1
    expect([take('a'), take('a')]).toEqual([0, 6])
  })

  it('keeps keys apart and gives a reset key a clean slate', () => {
    const { limit, take } = setUp({ perMinute: 1, burst: 1 })
    expect([take('a'), take('b'), take('a')]).toEqual([0, 0, 60])
    limit.reset('a')
    expect([take('a'), take('b')]).toEqual([0, 60])
  })

  it('never saves up more than the burst', () => {
    const { clock, take } = setUp({ perMinute: 60, burst: 2 })
    take('a')
    clock.now += 24 * 3_600_000
    expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 1])
  })

  it('locks nobody out when the clock is set back a day', () => {
    const { clock, take } = setUp({ perMinute: 60, burst: 2 })
    take('a')
    clock.now -= 24 * 3_600_000
    expect([take('a'), take('a')]).toEqual([0, 1])
    clock.now += 1000
    expect(take('a')).toBe(0)
  })

  it('remembers who is being slowed down while a flood of other keys passes', () => {
    const { take } = setUp({ perMinute: 1, burst: 1, maxKeys: 100 })
    for (let i = 0; i < 60; i += 1) take(`before ${i}`)
    take('guesser')
    for (let i = 0; i < 50; i += 1) take(`after ${i}`)
    expect(take('guesser')).toBeGreaterThan(0)
  })

  it('takes a flood of fresh keys without walking through all it knows for each', () => {
    const { take } = setUp({ perMinute: 1, burst: 1, maxKeys: 10_000 })
    const before = process.threadCpuUsage()
    for (let i = 0; i < 200_000; i += 1) take(`key ${i}`)
    const { user } = process.threadCpuUsage(before)
    expect(user / 1000).toBeLessThan(3000)
  })

  it('never takes more in any stretch of time than the burst and what trickles in', () => {
    const steps = fc.array(fc.nat({ max: 30_000 }), { maxLength: 80 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (waits, burst) => {
        const { clock, take } = setUp({ perMinute: 6, burst })
        const start = clock.now
        let taken = 0
        for (const wait of waits) {
          clock.now += wait
          if (take('a') === 0) taken += 1
          expect(taken).toBeLessThanOrEqual(burst + (clock.now - start) / 10_000 + 1e-6)
        }
      }),
    )
  })
})
