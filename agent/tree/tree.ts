import { type FSWatcher, lstatSync, readdirSync, rmSync, type Stats, watch } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { joinPath, nameOf, parentOf, TEMP_PREFIX } from '#shared/paths.ts'
import type { TreeDelta, TreeEntry, TreeSnapshot } from '#shared/protocol/agent.ts'
import { toEntry } from '../fs/file-calls.ts'

/** Within this, what the disk tells is gathered into one delta: a checkout gives tens of thousands of events. */
const BATCH_MS = 50
/** The longest the loop is kept at a stretch while scanning. */
const SLICE_MS = 8

interface Folder {
  readonly watcher: FSWatcher | null
  readonly inode: number
  readonly children: Set<string>
}

export interface TreeListener {
  onDelta(delta: TreeDelta): void
  /** something happened to these paths, content included; may repeat, may be nothing */
  onTouched(paths: readonly string[]): void
  onWatchFailed(code: string): void
}

export interface Tree {
  snapshot(): TreeSnapshot
  close(): void
}

const statOrNull = (file: string): Stats | null => {
  try {
    return lstatSync(file)
  } catch {
    // Gone, or in a folder that may not be read: either way it is not there for us.
    return null
  }
}

const isSame = (a: TreeEntry | undefined, b: TreeEntry): boolean =>
  a?.kind === b.kind && a.size === b.size && a.mtimeMs === b.mtimeMs

/**
 * Scans, then watches with one non-recursive watcher per folder: recursive ones miss atomic renames.
 * A folder is watched before it is read, so that nothing made in between is lost.
 */
export async function createTree(root: string, listener: TreeListener): Promise<Tree> {
  const entries = new Map<string, TreeEntry>()
  const folders = new Map<string, Folder>()
  let dirty = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let revision = 1
  let isClosed = false
  let upserts = new Map<string, TreeEntry>()
  let removes = new Set<string>()

  const absolute = (relative: string): string => path.join(root, relative)

  const touch = (relative: string): void => {
    dirty.add(relative)
    timer ??= setTimeout(() => void flush(), BATCH_MS)
  }

  const watchFolder = (folder: string): FSWatcher | null => {
    try {
      const watcher = watch(absolute(folder), (_, name) => {
        if (name === null) touch(folder)
        else if (!name.startsWith(TEMP_PREFIX)) touch(joinPath(folder, name))
      })
      watcher.on('error', () => watcher.close())
      return watcher
    } catch (error) {
      listener.onWatchFailed(String((error as NodeJS.ErrnoException).code))
      return null
    }
  }

  const remove = (relative: string): void => {
    const folder = folders.get(relative)
    if (folder !== undefined) {
      folder.watcher?.close()
      folders.delete(relative)
      for (const child of folder.children) remove(joinPath(relative, child))
    }
    if (!entries.delete(relative)) return
    folders.get(parentOf(relative))?.children.delete(nameOf(relative))
    upserts.delete(relative)
    removes.add(relative)
  }

  /** Brings one entry up to date; answers a folder that has to be read. */
  const look = (relative: string): string | null => {
    if (nameOf(relative).startsWith(TEMP_PREFIX)) {
      // What a dead agent left half-written. Files set aside are judged when their document is opened.
      if (nameOf(relative).startsWith(`${TEMP_PREFIX}tmp-`)) rmSync(absolute(relative), { force: true })
      return null
    }
    const stats = statOrNull(absolute(relative))
    if (stats === null || !folders.has(parentOf(relative))) {
      remove(relative)
      return null
    }
    const entry = toEntry(relative, stats)
    const before = entries.get(relative)
    const isWalked = entry.kind === 'folder' && entry.isIgnored !== true
    if (
      before !== undefined &&
      (before.kind !== entry.kind || (isWalked && folders.get(relative)?.inode !== stats.ino))
    )
      remove(relative)
    if (!isSame(entries.get(relative), entry)) {
      entries.set(relative, entry)
      folders.get(parentOf(relative))?.children.add(nameOf(relative))
      removes.delete(relative)
      upserts.set(relative, entry)
    }
    if (!isWalked || folders.has(relative)) return null
    folders.set(relative, { watcher: watchFolder(relative), inode: stats.ino, children: new Set() })
    return relative
  }

  const list = (folder: string): string[] => {
    try {
      return readdirSync(absolute(folder))
    } catch {
      // Removed or closed to us meanwhile: its own event follows.
      return []
    }
  }

  const walk = async (start: readonly string[]): Promise<void> => {
    const queue = [...start]
    let since = performance.now()
    for (let folder = queue.pop(); folder !== undefined && !isClosed; folder = queue.pop()) {
      for (const name of list(folder)) {
        const found = look(joinPath(folder, name))
        if (found !== null) queue.push(found)
        if (performance.now() - since > SLICE_MS) {
          await nextTurn()
          since = performance.now()
        }
      }
    }
  }

  const flush = async (): Promise<void> => {
    const touched = dirty
    dirty = new Set()
    const found: string[] = []
    for (const relative of touched) {
      if (relative !== '' && !folders.has(relative)) {
        const folder = look(relative)
        if (folder !== null) found.push(folder)
      } else if (relative === '' || statOrNull(absolute(relative))?.ino === folders.get(relative)?.inode) {
        // The folder itself was touched: read it again, for entries that came and went unseen.
        if (relative !== '') look(relative)
        found.push(relative)
        for (const child of folders.get(relative)?.children ?? []) look(joinPath(relative, child))
      } else {
        const folder = look(relative)
        if (folder !== null) found.push(folder)
      }
    }
    await walk(found)
    if (isClosed) return
    publish()
    listener.onTouched([...touched])
    timer = dirty.size > 0 ? setTimeout(() => void flush(), BATCH_MS) : null
  }

  const publish = (): void => {
    if (upserts.size === 0 && removes.size === 0) return
    const delta = {
      fromRevision: revision,
      revision: revision + 1,
      upserts: [...upserts.values()],
      removes: [...removes],
    }
    revision++
    upserts = new Map()
    removes = new Set()
    listener.onDelta(delta)
  }

  folders.set('', { watcher: watchFolder(''), inode: lstatSync(root).ino, children: new Set() })
  await walk([''])
  upserts = new Map()
  removes = new Set()
  return {
    snapshot: () => ({ revision, entries: [...entries.values()] }),
    close: () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      for (const { watcher } of folders.values()) watcher?.close()
    },
  }
}
