import { expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'

const SEEDS = 200
const PER_TEST = 20

it.each(Array.from({ length: SEEDS / PER_TEST }, (_, index) => index * PER_TEST))(
  '[D1][D2][D4][L2][P6] nothing saved is lost and everyone converges in the schedules from seed %i on',
  async (first) => {
    for (let seed = first; seed < first + PER_TEST; seed++) {
      expect(await runSeed(seed), `replay with: npm run simulate -- --seed ${seed}`).toEqual([])
    }
  },
  60_000,
)
