import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'

export type Patch = readonly [position: number, deleted: number, inserted: string]
type Agent = 0 | 1

interface Trace {
  readonly endContent: string
  readonly txns: readonly {
    readonly parents: readonly number[]
    readonly agent: Agent
    readonly patches: readonly Patch[]
  }[]
}

/** What one person types without anything arriving in between. */
export interface Run {
  readonly agent: Agent
  /** the other's edits that must have arrived first: all those before this mark; null where nothing new is needed */
  readonly needs: number | null
  /** of the text before the run */
  readonly lengthBefore: number
  readonly patches: readonly Patch[]
  /** the number under which these and all earlier edits of this person can be asked for; null where nobody ever does */
  readonly mark: number | null
  /** units inserted and deleted by this person up to here */
  readonly inserted: number
  readonly deleted: number
}

const FIXTURE = path.resolve(import.meta.dirname, '../fixtures/friendsforever.json.gz')
const other = (agent: Agent): Agent => (agent === 0 ? 1 : 0)

/** The trace of two people as runs in which each sees exactly what they saw when it was recorded. */
export function planTrace(): { runs: readonly Run[]; endContent: string } {
  const trace = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString()) as Trace
  const seen = whatEachSaw(trace)
  const marks = marksOf(trace, seen)
  const lengths = lengthsBefore(trace, seen)
  const runs: (Run & { patches: Patch[] })[] = []
  const known = [-1, -1]
  const inserted = [0, 0]
  const deleted = [0, 0]
  for (const [i, { agent, patches }] of trace.txns.entries()) {
    const mustKnow = seen[i]?.[other(agent)] ?? -1
    const isNew = mustKnow > (known[agent] ?? -1)
    known[agent] = Math.max(known[agent] ?? -1, mustKnow)
    for (const [, removed, text] of patches) {
      inserted[agent] = (inserted[agent] ?? 0) + text.length
      deleted[agent] = (deleted[agent] ?? 0) + removed
    }
    const last = runs.at(-1)
    const totals = {
      inserted: inserted[agent] ?? 0,
      deleted: deleted[agent] ?? 0,
      mark: marks[agent].has(i) ? i : null,
    }
    if (last?.agent === agent && last.mark === null && !isNew) {
      runs[runs.length - 1] = { ...last, ...totals, patches: [...last.patches, ...patches] }
    } else {
      runs.push({
        agent,
        needs: isNew ? mustKnow : null,
        lengthBefore: lengths[i] ?? 0,
        patches: [...patches],
        ...totals,
      })
    }
  }
  return { runs, endContent: trace.endContent }
}

/** For each transaction the last one of either person that it was typed upon. */
function whatEachSaw({ txns }: Trace): readonly (readonly [number, number])[] {
  const after: [number, number][] = []
  return txns.map(({ parents, agent }, i) => {
    const before: [number, number] = [-1, -1]
    for (const parent of parents) {
      for (const person of [0, 1] as const) before[person] = Math.max(before[person], after[parent]?.[person] ?? -1)
    }
    const own: [number, number] = [...before]
    own[agent] = i
    after.push(own)
    return before
  })
}

/** The transactions of each person after which the other's next view ends. */
function marksOf({ txns }: Trace, seen: readonly (readonly [number, number])[]): readonly [Set<number>, Set<number>] {
  const marks = [new Set<number>(), new Set<number>()] as const
  for (const [i, { agent }] of txns.entries()) marks[other(agent)].add(seen[i]?.[other(agent)] ?? -1)
  return marks
}

/** Replayed without any product, with one document a person. */
function lengthsBefore({ txns }: Trace, seen: readonly (readonly [number, number])[]): readonly number[] {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const made: [{ txn: number; update: Uint8Array }[], { txn: number; update: Uint8Array }[]] = [[], []]
  const taken = [0, 0]
  let current = 0
  for (const person of [0, 1] as const) {
    docs[person].on('update', (update, origin) => {
      if (origin !== 'colleague') made[person].push({ txn: current, update })
    })
  }
  return txns.map(({ agent, patches }, i) => {
    current = i
    const doc = docs[agent]
    const theirs = made[other(agent)]
    const limit = seen[i]?.[other(agent)] ?? -1
    for (
      let next = theirs[taken[agent] ?? 0];
      next !== undefined && next.txn <= limit;
      next = theirs[taken[agent] ?? 0]
    ) {
      Y.applyUpdate(doc, next.update, 'colleague')
      taken[agent] = (taken[agent] ?? 0) + 1
    }
    const text = doc.getText('text')
    const { length } = text
    doc.transact(() => {
      for (const [position, removed, inserted] of patches) {
        if (removed > 0) text.delete(position, removed)
        if (inserted !== '') text.insert(position, inserted)
      }
    })
    return length
  })
}
