import { AppError } from '#shared/errors.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'

const FREE_FAILURES = 5
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15 * 60_000
const MAX_KEYS = 50_000

export interface LoginThrottle {
  /** Takes one try, or throws `rate_limited`. */
  take(account: string, address: string): void
  failed(account: string, address: string): void
  succeeded(account: string, address: string): void
  /** One try of anything else that a stranger may send: sign-up, setup, one-time links. */
  takeByAddress(address: string): void
}

/**
 * Ten tries a minute for an account, from wherever. From one address, pauses that double with each further failure:
 * bound to the address, so that a stranger who guesses cannot lock the owner out for longer than a minute.
 */
export function createLoginThrottle(options: { now: () => number; perMinuteByAddress?: number }): LoginThrottle {
  const { now, perMinuteByAddress = 60 } = options
  const byAccount = createRateLimit({ perMinute: 10, burst: 10, now })
  const byAddress = createRateLimit({ perMinute: perMinuteByAddress, burst: perMinuteByAddress, now })
  const failures = new Map<string, { count: number; until: number }>()
  const pairOf = (account: string, address: string) => `${networkOf(address)} ${account}`

  return {
    take(account, address) {
      const wait = (failures.get(pairOf(account, address))?.until ?? 0) - now()
      // A clock set back must not stretch a pause.
      if (wait > 0 && wait <= LONGEST_PAUSE_MS) {
        throw new AppError('rate_limited', undefined, { details: { retryAfterSeconds: Math.ceil(wait / 1000) } })
      }
      byAddress.take(networkOf(address))
      byAccount.take(account)
    },
    failed(account, address) {
      const pair = pairOf(account, address)
      const count = (failures.get(pair)?.count ?? 0) + 1
      const pause =
        count < FREE_FAILURES ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (count - FREE_FAILURES), LONGEST_PAUSE_MS)
      failures.delete(pair)
      failures.set(pair, { count, until: now() + pause })
      const oldest = failures.keys().next().value
      if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest)
    },
    succeeded(account, address) {
      failures.delete(pairOf(account, address))
      byAccount.reset(account)
    },
    takeByAddress: (address) => byAddress.take(networkOf(address)),
  }
}

/** An IPv4 address, or the /64 of an IPv6 one: a household has 2⁶⁴ of those to try from. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head.split(':').filter((part) => part !== '')
  const right = tail?.split(':').filter((part) => part !== '') ?? []
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
