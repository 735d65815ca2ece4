import {
  AGENT_CHUNK_BYTES,
  TREE_PART_ENTRIES,
  type TreeDelta,
  type TreeEntry,
  type TreeMove,
} from '#shared/protocol/agent.ts'

/** What is about an entry besides its name. */
const ENTRY_BYTES = 90

/** A UTF-16 unit is three bytes of UTF-8 at most, or an escape of six in JSON. */
const weightOf = (path: string): number => ENTRY_BYTES + 3 * path.length

/** Cuts a list so that each part is one message of bearable size. */
export function* cutList<T>(items: readonly T[], weigh: (item: T) => number): Generator<readonly T[]> {
  let part: T[] = []
  let weight = 0
  for (const item of items) {
    const own = weigh(item)
    if (part.length > 0 && (part.length === TREE_PART_ENTRIES || weight + own > AGENT_CHUNK_BYTES)) {
      yield part
      part = []
      weight = 0
    }
    part.push(item)
    weight += own
  }
  if (part.length > 0) yield part
}

export const cutEntries = (entries: readonly TreeEntry[]): Generator<readonly TreeEntry[]> =>
  cutList(entries, (entry) => weightOf(entry.path))

export interface TreeChange {
  readonly upserts: readonly TreeEntry[]
  readonly removes: readonly string[]
  readonly renamed: readonly TreeMove[]
  readonly by: TreeDelta['by']
}

type Item =
  | { readonly type: 'move'; readonly move: TreeMove }
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'upsert'; readonly entry: TreeEntry }

const weigh = (item: Item): number => {
  switch (item.type) {
    case 'move':
      return weightOf(item.move.from) + weightOf(item.move.to)
    case 'remove':
      return weightOf(item.path)
    case 'upsert':
      return weightOf(item.entry.path)
    default:
      return item satisfies never
  }
}

/** One change as deltas of bearable size: moves are told first, then what is gone, then what is there. */
export function* cutDelta(change: TreeChange, fromRevision: number): Generator<TreeDelta> {
  const items: Item[] = [
    ...change.renamed.map((move): Item => ({ type: 'move', move })),
    ...change.removes.map((path): Item => ({ type: 'remove', path })),
    ...change.upserts.map((entry): Item => ({ type: 'upsert', entry })),
  ]
  let revision = fromRevision
  for (const part of cutList(items, weigh)) {
    const renamed = part.flatMap((item) => (item.type === 'move' ? [item.move] : []))
    yield {
      fromRevision: revision,
      revision: ++revision,
      upserts: part.flatMap((item) => (item.type === 'upsert' ? [item.entry] : [])),
      removes: part.flatMap((item) => (item.type === 'remove' ? [item.path] : [])),
      ...(renamed.length > 0 && { renamed }),
      ...(change.by !== undefined && { by: change.by }),
    }
  }
}
