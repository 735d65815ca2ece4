import { expect, it } from 'vitest'
import { runSeed } from './torture.ts'

const SEEDS = 20
const PER_TEST = 5

/** Replay one with `npm run simulate -- --torture --seed N`. */
const outcome = async (seed: number): Promise<object> => ({ seed, wrong: await runSeed(seed) })

it.each(Array.from({ length: SEEDS / PER_TEST }, (_, index) => index * PER_TEST))(
  '[K8] people, stale programs, sed and git lose and double nothing under kills, from seed %i on',
  async (first) => {
    for (let seed = first; seed < first + PER_TEST; seed++) expect(await outcome(seed)).toEqual({ seed, wrong: [] })
  },
  60_000,
)

it.each([
  ['a write that never came about is not what git took out', 1083],
  ['what git took out of a write that nobody had recorded is out', 1085],
  ['what a program brought before anything was ever agreed is not brought twice', 1148],
  ['what git brings back to the byte was not brought long ago', 1255],
])('%s', async (_, seed) => {
  expect(await outcome(seed)).toEqual({ seed, wrong: [] })
})
