import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeDelta, TreeEntry, TreeSnapshot } from '#shared/protocol/agent.ts'

interface StoredTree {
  entries: Map<string, TreeEntry>
  /** ours, which goes on rising when an agent starts anew; the agent's own is beside it */
  revision: number
  agentRevision: number
  /** of the agent that told of it; null where that is not known */
  generation: number | null
  /** the beginning of a snapshot whose end has not come; laid out as it arrives, so that its end costs little */
  parts: { revision: number; entries: Map<string, TreeEntry> } | null
}

/** A tree that was kept over a restart. */
export interface KeptTree extends TreeSnapshot {
  readonly generation: number | null
}

/** The last tree of each workspace: read by people also while its agent is away. */
export interface TreeStore {
  get(workspaceId: WorkspaceId): TreeSnapshot | null
  /** of the tree people now see; null where none is known */
  revisionOf(workspaceId: WorkspaceId): number | null
  generationOf(workspaceId: WorkspaceId): number | null
  find(workspaceId: WorkspaceId, path: string): TreeEntry | null
  part(workspaceId: WorkspaceId, part: TreeSnapshot): void
  /** answers the revision people now see */
  replace(workspaceId: WorkspaceId, last: TreeSnapshot, generation?: number): number
  /** null: it does not follow what we have, and a new snapshot is needed */
  apply(workspaceId: WorkspaceId, delta: TreeDelta): TreeDelta | null
  /** takes in what was kept over a restart, where no agent has said anything yet */
  restore(workspaceId: WorkspaceId, kept: KeptTree): void
  forget(workspaceId: WorkspaceId): void
}

const MAX_ENTRIES = 500_000

export function createTreeStore(): TreeStore {
  const trees = new Map<WorkspaceId, StoredTree>()
  const treeOf = (id: WorkspaceId): StoredTree => {
    let tree = trees.get(id)
    if (tree === undefined) {
      tree = { entries: new Map(), revision: 0, agentRevision: -1, generation: null, parts: null }
      trees.set(id, tree)
    }
    return tree
  }
  /** What came before of this snapshot, with these entries. */
  const gather = (tree: StoredTree, { revision, entries }: TreeSnapshot): Map<string, TreeEntry> => {
    const gathered = tree.parts?.revision === revision ? tree.parts.entries : new Map<string, TreeEntry>()
    if (gathered.size + entries.length <= MAX_ENTRIES) for (const entry of entries) gathered.set(entry.path, entry)
    return gathered
  }
  return {
    revisionOf(workspaceId) {
      const revision = trees.get(workspaceId)?.revision ?? 0
      return revision === 0 ? null : revision
    },
    generationOf: (workspaceId) => trees.get(workspaceId)?.generation ?? null,
    get(workspaceId) {
      const tree = trees.get(workspaceId)
      if (tree === undefined || tree.revision === 0) return null
      return { revision: tree.revision, entries: [...tree.entries.values()] }
    },
    find: (workspaceId, path) => trees.get(workspaceId)?.entries.get(path) ?? null,
    part(workspaceId, part) {
      const tree = treeOf(workspaceId)
      tree.parts = { revision: part.revision, entries: gather(tree, part) }
    },
    replace(workspaceId, last, generation) {
      const tree = treeOf(workspaceId)
      tree.entries = gather(tree, last)
      tree.parts = null
      tree.agentRevision = last.revision
      tree.generation = generation ?? null
      return ++tree.revision
    },
    apply(workspaceId, delta) {
      const tree = treeOf(workspaceId)
      if (delta.fromRevision !== tree.agentRevision || tree.entries.size + delta.upserts.length > MAX_ENTRIES)
        return null
      for (const path of delta.removes) tree.entries.delete(path)
      for (const entry of delta.upserts) tree.entries.set(entry.path, entry)
      tree.agentRevision = delta.revision
      const fromRevision = tree.revision++
      return { ...delta, fromRevision, revision: tree.revision }
    },
    restore(workspaceId, { revision, entries, generation }) {
      const tree = treeOf(workspaceId)
      if (tree.revision > 0) return
      tree.entries = new Map(entries.map((entry) => [entry.path, entry]))
      tree.revision = revision
      tree.generation = generation
    },
    forget: (workspaceId) => void trees.delete(workspaceId),
  }
}
