import { expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'

const SEEDS = 200
const PER_TEST = 20

/** Replay one with `npm run simulate -- --agent --seed N`. */
const outcome = async (seed: number): Promise<object> => ({ seed, wrong: await runSeed(seed) })

it.each(Array.from({ length: SEEDS / PER_TEST }, (_, index) => index * PER_TEST))(
  '[K2][K3][K4][K5][K7] nothing of people or programs is lost or doubled in the schedules from seed %i on',
  async (first) => {
    for (let seed = first; seed < first + PER_TEST; seed++) expect(await outcome(seed)).toEqual({ seed, wrong: [] })
  },
  60_000,
)

it.each([
  ['a file cut to nothing is measured against what it held last', 132],
  ['who writes a word that only other versions have has seen them', 185],
  ['a token glued to another is still known when a program writes it again', 221],
  ['what git brings back to the byte is not put in beside what still stands', 274],
  ['who writes into a file we replaced knows nothing of what came since', 2128],
  ['what was set aside is looked at where the file is gone at first, too', 798],
  ['what another program renames into place before our rename is merged', 472],
  ['who had read a version before it was set aside adds to that one', 1921],
  ['a full disk leaves what was set aside for the next write', 5409],
  ['a file that comes back while its document is joined is taken up', 5032],
  ['what a program had read in another version, and stands with more in its line, is not put in again', 4832],
  ['so much of a line as still stands elsewhere is not put in again', 5357],
  ['what was put in again without the rest of its line is known with that rest, too', 7373],
  ['a write that was cut off is asked about no more once the disk was seen after it', 6808],
  ['what was seen on the disk while the server was away is taken in when it is back', 22716],
  ['a write that never came about is not what a program had read', 811394],
  ['what a program puts in place of a word as another had is not put in beside it', 5110],
  ['lines that a merge had glued together are not taken for deleted', 3001145],
])('%s', async (_, seed) => {
  expect(await outcome(seed)).toEqual({ seed, wrong: [] })
})
