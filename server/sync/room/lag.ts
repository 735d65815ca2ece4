import { DeleteRanges } from '../update/delete-ranges.ts'
import type { AcceptedUpdate } from '../update/encode-update.ts'

/** What a slow reader has missed (F2): clocks and deletes, never bytes, so that its slowness costs no memory. */
export class Lag {
  readonly from = new Map<number, number>()
  readonly deletes = new DeleteRanges()
  progressAt: number
  backlog: number

  constructor(now: number, backlog: number) {
    this.progressAt = now
    this.backlog = backlog
  }

  add(updates: readonly AcceptedUpdate[]): void {
    for (const update of updates) {
      for (const run of update.runs) if (!this.from.has(run.client)) this.from.set(run.client, run.clock)
      this.deletes.addTriples(update.deletes)
    }
  }
}
