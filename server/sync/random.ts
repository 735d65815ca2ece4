/** Where chance comes from: injected, so that one seed is one schedule. */
export interface Random {
  /** a whole number from 0 to limit − 1 */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** 22 characters, as every id here */
  id(): string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Random numbers from any source of numbers in [0, 1). */
export function createRandom(next: () => number): Random {
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    id: () => Array.from({ length: 22 }, () => ALPHABET[below(64)]).join(''),
  }
}

/** mulberry32: small, fast and the same everywhere for one seed. */
export function seededRandom(seed: number): Random {
  let state = (seed + 0x6d2b79f5) >>> 0
  return createRandom(() => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  })
}
