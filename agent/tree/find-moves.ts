import { isWithin, movedPath } from '#shared/paths.ts'
import type { TreeEntry, TreeMove } from '#shared/protocol/agent.ts'
import { type Identity, isSameIdentity } from './identity.ts'

/** An entry of the tree and what it is apart from its name. */
export interface KnownEntry {
  readonly entry: TreeEntry
  readonly identity: Identity
}

const isMoved = (before: KnownEntry, after: KnownEntry): boolean => {
  if (before.entry.kind !== after.entry.kind || !isSameIdentity(before.identity, after.identity)) return false
  // Without a moment of birth the number may have been given to another file since.
  if (before.identity.bornMs > 0) return true
  return before.entry.size === after.entry.size && before.entry.mtimeMs === after.entry.mtimeMs
}

/**
 * Which of the names that are gone live on under one of those that are new. A move of a folder stands for all that is
 * in it. To be applied in order: each `from` is where the one before left it. A name that was there before and still is
 * has been written, not moved: that is how editors save.
 */
export function findMoves(
  gone: ReadonlyMap<string, KnownEntry>,
  fresh: ReadonlyMap<string, KnownEntry>,
): readonly TreeMove[] {
  if (gone.size === 0 || fresh.size === 0) return []
  const byInode = new Map<number, string>()
  for (const [path, { identity }] of gone) if (!byInode.has(identity.inode)) byInode.set(identity.inode, path)
  const found: TreeMove[] = []
  for (const [to, after] of fresh) {
    const from = byInode.get(after.identity.inode)
    const before = from === undefined ? undefined : gone.get(from)
    if (from === undefined || before === undefined || !isMoved(before, after)) continue
    // A second new name of the same file is a copy.
    byInode.delete(after.identity.inode)
    found.push({ from, to })
  }
  found.sort((a, b) => a.from.split('/').length - b.from.split('/').length)
  return withoutImplied(found)
}

function withoutImplied(found: readonly TreeMove[]): readonly TreeMove[] {
  const moves: TreeMove[] = []
  const folders: TreeMove[] = []
  for (const move of found) {
    const from = folders.reduce(
      (path, folder) => (isWithin(path, folder.from) ? movedPath(path, folder.from, folder.to) : path),
      move.from,
    )
    if (from === move.to) continue
    moves.push({ from, to: move.to })
    folders.push({ from, to: move.to })
  }
  return moves
}
