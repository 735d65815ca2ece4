/** A repeatable source of chance: one seed is one sequence (mulberry32). */
export interface Random {
  readonly seed: number
  /** 0 ≤ x < 1 */
  next(): number
  /** a whole number, 0 ≤ x < below */
  below(below: number): number
  pick<T>(items: readonly T[]): T
  bytes(length: number): Uint8Array
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    seed,
    next,
    below,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}
