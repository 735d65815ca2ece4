import type { Clock } from '../clock.ts'
import { type DocumentLog, LogUnavailable } from '../log/document-log.ts'
import type { MemoryLog } from '../log/memory-log.ts'
import type { Random } from '../random.ts'

export interface LogFaults {
  /** every call fails before it does anything */
  isDown: boolean
  /** share of calls that fail before, and of those that fail after they were done (commit unknown) */
  failBefore: number
  failAfter: number
}

/** The log as one node reaches it: late, failing, or never answering because the node died meanwhile. */
export function faultyLog(
  log: MemoryLog,
  clock: Clock,
  random: Random,
  faults: LogFaults,
  isDead: () => boolean,
): DocumentLog {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
  const call = async <T>(work: () => Promise<T>, isOneStatement = true): Promise<T> => {
    await wait(random.below(6))
    if (isDead()) {
      // A transaction of several statements ends with its connection.
      if (!isOneStatement || random.chance(0.5)) return new Promise<T>(() => undefined)
      // The database does not know that its client died: the statement may come through late.
      await wait(random.below(600))
    }
    if (faults.isDown || random.chance(faults.failBefore))
      throw random.chance(0.8) ? new LogUnavailable('down') : new Error('failed')
    const value = await work()
    await wait(random.below(6))
    if (isDead()) return new Promise<T>(() => undefined)
    if (random.chance(faults.failAfter)) throw new LogUnavailable('connection lost in COMMIT')
    return value
  }
  return {
    append: (batch) => call(() => log.append(batch)),
    amend: (documentId, work) => call(() => log.amend(documentId, work), false),
    load: (documentId) => call(() => log.load(documentId)),
    compact: (compaction) => call(() => log.compact(compaction)),
    history: (documentId, seq) => call(() => log.history(documentId, seq)),
    range: (documentId, from, to) => call(() => log.range(documentId, from, to)),
    facts: (documentId, before, atLeast) => call(() => log.facts(documentId, before, atLeast)),
  }
}
