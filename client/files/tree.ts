import type { TreeDelta, TreeEntry } from '#shared/protocol/agent.ts'

/** The workspace's files as last heard. Immutable: a change is another value. */
export interface Tree {
  readonly revision: number
  readonly entries: ReadonlyMap<string, TreeEntry>
  /** what each folder holds, so that one that goes takes only its own along */
  readonly folders: ReadonlyMap<string, Folder>
  /** folders the tree only lists once they are opened */
  readonly listed: ReadonlySet<string>
}

export type Folder = ReadonlyMap<string, TreeEntry>

export interface TreeRow {
  readonly entry: TreeEntry
  readonly name: string
  readonly depth: number
  readonly isFolder: boolean
  readonly isExpanded: boolean
  readonly position: number
  readonly siblings: number
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)
export const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)
export const isFolder = (entry: TreeEntry): boolean => entry.kind === 'folder'

export function startTree(revision: number, entries: readonly TreeEntry[]): Tree {
  const draft = createDraft({ entries: new Map(), folders: new Map() })
  for (const entry of entries) draft.put(entry)
  return { revision, ...draft.done(), listed: new Set() }
}

/** A change of some entries that costs no more than these, and a copy of what it touches. */
function createDraft(from: Pick<Tree, 'entries' | 'folders'>) {
  const entries = new Map(from.entries)
  const folders = new Map(from.folders)
  const own = new Map<string, Map<string, TreeEntry>>()
  const ownFolder = (path: string): Map<string, TreeEntry> => {
    const known = own.get(path)
    if (known !== undefined) return known
    const copy = new Map(folders.get(path))
    own.set(path, copy)
    folders.set(path, copy)
    return copy
  }
  const forget = (path: string): void => {
    entries.delete(path)
    for (const inside of folders.get(path)?.keys() ?? []) forget(inside)
    folders.delete(path)
    own.delete(path)
  }
  return {
    put(entry: TreeEntry): void {
      entries.set(entry.path, entry)
      ownFolder(parentOf(entry.path)).set(entry.path, entry)
    },
    remove(path: string): void {
      forget(path)
      if (folders.has(parentOf(path))) ownFolder(parentOf(path)).delete(path)
    },
    done: () => ({ entries, folders }),
  }
}

/** The folder in which something new belongs while the keyboard is on this entry. */
export function cursorFolder(tree: Tree, cursor: string | null): string {
  if (cursor === null) return ''
  const entry = tree.entries.get(cursor)
  return entry !== undefined && isFolder(entry) ? cursor : parentOf(cursor)
}

/** The tree after these deltas; null where one was missed and the whole must be fetched again. */
export function applyDeltas(tree: Tree, deltas: readonly TreeDelta[]): Tree | null {
  const fresh = deltas.filter(({ revision }) => revision > tree.revision)
  if (fresh.length === 0) return tree
  const draft = createDraft(tree)
  let { revision } = tree
  for (const delta of fresh) {
    if (delta.fromRevision !== revision) return null
    for (const gone of delta.removes) draft.remove(gone)
    for (const entry of delta.upserts) draft.put(entry)
    revision = delta.revision
  }
  return { ...tree, revision, ...draft.done() }
}

/** Adds what an ignored folder holds, once it was opened. */
export function addListing(tree: Tree, folder: string, listing: readonly TreeEntry[]): Tree {
  const draft = createDraft(tree)
  for (const entry of listing) draft.put({ ...entry, isIgnored: true })
  return { ...tree, ...draft.done(), listed: new Set([...tree.listed, folder]) }
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const inOrder = (a: TreeEntry, b: TreeEntry): number =>
  Number(isFolder(b)) - Number(isFolder(a)) || collator.compare(nameOf(a.path), nameOf(b.path))

const sorted = new WeakMap<Folder, readonly TreeEntry[]>()

/** What a folder holds in the order it is shown; sorted once, until something in that folder changes. */
export function childrenOf(tree: Tree, path: string): readonly TreeEntry[] {
  const folder = tree.folders.get(path)
  if (folder === undefined) return []
  const known = sorted.get(folder)
  if (known !== undefined) return known
  const list = [...folder.values()].toSorted(inOrder)
  sorted.set(folder, list)
  return list
}

/** The rows that are visible while these folders are open. */
export function visibleRows(tree: Tree, expanded: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  const walk = (folder: string, depth: number): void => {
    const list = childrenOf(tree, folder)
    list.forEach((entry, i) => {
      const isExpanded = isFolder(entry) && expanded.has(entry.path)
      rows.push({
        entry,
        name: nameOf(entry.path),
        depth,
        isFolder: isFolder(entry),
        isExpanded,
        position: i + 1,
        siblings: list.length,
      })
      if (isExpanded) walk(entry.path, depth + 1)
    })
  }
  walk('', 0)
  return rows
}
