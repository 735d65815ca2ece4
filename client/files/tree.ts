import type { TreeDelta, TreeEntry } from '#shared/protocol/agent.ts'

/** The workspace's files as last heard. Immutable: a change is another value. */
export interface Tree {
  readonly revision: number
  readonly entries: ReadonlyMap<string, TreeEntry>
  /** folders the tree only lists once they are opened */
  readonly listed: ReadonlySet<string>
}

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

export const startTree = (revision: number, entries: readonly TreeEntry[]): Tree => ({
  revision,
  entries: new Map(entries.map((entry) => [entry.path, entry])),
  listed: new Set(),
})

/** The folder in which something new belongs while the keyboard is on this entry. */
export function cursorFolder(tree: Tree, cursor: string | null): string {
  if (cursor === null) return ''
  const entry = tree.entries.get(cursor)
  return entry !== undefined && isFolder(entry) ? cursor : parentOf(cursor)
}

/** The tree after a delta; null where a delta was missed and the whole must be fetched again. */
export function applyDelta(tree: Tree, delta: TreeDelta): Tree | null {
  if (delta.revision <= tree.revision) return tree
  if (delta.fromRevision !== tree.revision) return null
  const entries = new Map(tree.entries)
  for (const gone of delta.removes) {
    entries.delete(gone)
    for (const path of entries.keys()) if (path.startsWith(`${gone}/`)) entries.delete(path)
  }
  for (const entry of delta.upserts) entries.set(entry.path, entry)
  return { ...tree, revision: delta.revision, entries }
}

/** Adds what an ignored folder holds, once it was opened. */
export function addListing(tree: Tree, folder: string, listing: readonly TreeEntry[]): Tree {
  const entries = new Map(tree.entries)
  for (const entry of listing) entries.set(entry.path, { ...entry, isIgnored: true })
  return { ...tree, entries, listed: new Set([...tree.listed, folder]) }
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const inOrder = (a: TreeEntry, b: TreeEntry): number =>
  Number(isFolder(b)) - Number(isFolder(a)) || collator.compare(nameOf(a.path), nameOf(b.path))

/** Children of each folder in the order they are shown; computed once a tree. */
export function childrenOf(tree: Tree): ReadonlyMap<string, readonly TreeEntry[]> {
  const children = new Map<string, TreeEntry[]>()
  for (const entry of tree.entries.values()) {
    const parent = parentOf(entry.path)
    const list = children.get(parent)
    if (list) list.push(entry)
    else children.set(parent, [entry])
  }
  for (const list of children.values()) list.sort(inOrder)
  return children
}

/** The rows that are visible while these folders are open. */
export function visibleRows(
  children: ReadonlyMap<string, readonly TreeEntry[]>,
  expanded: ReadonlySet<string>,
): TreeRow[] {
  const rows: TreeRow[] = []
  const walk = (folder: string, depth: number): void => {
    const list = children.get(folder) ?? []
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
