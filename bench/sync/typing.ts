import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { LatencyBook } from './latency.ts'
import type { LoadClient } from './load-client.ts'

/** Lets each author type one letter at a time at `keysPerSecond`, out of step with each other, `edits` times each. */
export async function typeSteadily(
  authors: readonly LoadClient[],
  options: { keysPerSecond: number; edits: number; book: LatencyBook; onSent?: (author: number) => void },
): Promise<void> {
  const { keysPerSecond, edits, book, onSent } = options
  const gap = 1000 / keysPerSecond
  const start = performance.now() + 50
  for (let round = 0; round < edits; round++) {
    for (const [i, author] of authors.entries()) {
      const due = start + round * gap + (i / authors.length) * gap
      // Node's timers are coarse: sleep to within a millisecond, authors due together go together. A late key
      // gives the sockets a turn first, or what waits to be read would look late.
      const wait = due - performance.now()
      if (wait >= 1) await delay(wait)
      else if (wait < 0) await nextTurn()
      book.sent(author.clientId, author.type('x'))
      onSent?.(i)
    }
  }
}
