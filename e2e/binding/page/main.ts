import { monaco } from '../../../client/editor/monaco.ts'
import { type Kind, openPair, type Pair } from './pair.ts'
import { runStorm } from './storm.ts'

/** What the tests find in the page. */
export interface Bench {
  readonly monaco: typeof monaco
  readonly open: (kind: Kind, initial: string) => Pair
  /** the pair opened last */
  readonly pair: () => Pair
  readonly runStorm: typeof runStorm
}

declare global {
  interface Window {
    bench: Bench
  }
}

let current: Pair | null = null

window.bench = {
  monaco,
  open: (kind, initial) => (current = openPair(kind, initial)),
  pair: () => {
    if (current === null) throw new Error('no pair is open')
    return current
  },
  runStorm,
}
