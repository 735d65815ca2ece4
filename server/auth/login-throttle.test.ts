import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { createLoginThrottle, networkOf } from './login-throttle.ts'

let now = 0
let throttle: ReturnType<typeof createLoginThrottle>
beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z')
  throttle = createLoginThrottle({ now: () => now, perMinuteByAddress: 30 })
})

/** Seconds to wait, or 0 where the try was taken. */
const tryFrom = (account: string, address: string): number => {
  try {
    throttle.take(account, address)
    return 0
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'rate_limited') throw error
    return Number(error.details['retryAfterSeconds'])
  }
}

describe('the login throttle', () => {
  it('takes ten tries a minute for one account, from whichever addresses', () => {
    for (let i = 0; i < 10; i += 1) expect(tryFrom('a', `192.0.2.${i}`)).toBe(0)
    expect(tryFrom('a', '192.0.2.99')).toBe(6)
    expect(tryFrom('b', '192.0.2.99')).toBe(0)
    now += 6000
    expect(tryFrom('a', '192.0.2.99')).toBe(0)
  })

  it('doubles the pause with each failure from one address, up to a quarter of an hour', () => {
    const pauses: number[] = []
    for (let i = 0; i < 18; i += 1) {
      now += 20 * 60_000
      expect(tryFrom('a', '192.0.2.1')).toBe(0)
      throttle.failed('a', '192.0.2.1')
      pauses.push(tryFrom('a', '192.0.2.1'))
    }
    expect(pauses).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  })

  it('leaves the owner, who comes from elsewhere, to the ten a minute alone', () => {
    for (let i = 0; i < 8; i += 1) throttle.failed('a', '192.0.2.66')
    expect(tryFrom('a', '192.0.2.66')).toBe(8)
    expect(tryFrom('a', '192.0.2.1')).toBe(0)
  })

  it('forgets failures with the right password', () => {
    for (let i = 0; i < 6; i += 1) throttle.failed('a', '192.0.2.1')
    expect(tryFrom('a', '192.0.2.1')).toBe(2)
    now += 2000
    throttle.succeeded('a', '192.0.2.1')
    throttle.failed('a', '192.0.2.1')
    expect(tryFrom('a', '192.0.2.1')).toBe(0)
  })

  it('bounds one address over all accounts, and counts a household of IPv6 as one', () => {
    for (let i = 0; i < 30; i += 1) expect(tryFrom(`account ${i}`, `2001:db8:1:2::${i.toString(16)}`)).toBe(0)
    expect(tryFrom('another', '2001:db8:1:2:ffff::1')).toBe(2)
    expect(tryFrom('another', '2001:db8:1:3::1')).toBe(0)
    expect(() => throttle.takeByAddress('2001:db8:1:2::7')).toThrow(AppError)
  })

  it('does not stretch a pause when the clock is set back a day', () => {
    for (let i = 0; i < 5; i += 1) throttle.failed('a', '192.0.2.1')
    now -= 24 * 3_600_000
    expect(tryFrom('a', '192.0.2.1')).toBe(0)
  })
})

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:DB8:0001:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('takes %s for %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
