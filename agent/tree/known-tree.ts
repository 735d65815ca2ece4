import { readdirSync, rmSync } from 'node:fs'
import { joinPath, nameOf, parentOf, TEMP_PREFIX } from '#shared/paths.ts'
import { toEntry } from '../fs/file-calls.ts'
import type { KnownEntry } from './find-moves.ts'
import type { FolderWatch } from './folder-watch.ts'
import { type Identity, identityOf, isSameIdentity, statOrNull } from './identity.ts'
import { createPace } from './pace.ts'

interface Folder {
  readonly identity: Identity
  readonly children: Set<string>
}

/** How an entry was when the last change was taken, and how it is now; null: not there. */
export interface Difference {
  readonly before: KnownEntry | null
  readonly after: KnownEntry | null
}

/** What we know of the disk. A folder is watched before it is read, so that nothing made in between is lost. */
export interface KnownTree {
  readonly entries: ReadonlyMap<string, KnownEntry>
  /** Reads everything for the first time, and throws away what a dead agent left half-written. */
  readAll(): Promise<void>
  /** Brings these names up to date, and all that is in folders among them. */
  refresh(paths: Iterable<string>): Promise<void>
  /** Looks at everything again. */
  verify(): Promise<void>
  /** what differs from the last time this was asked */
  take(): ReadonlyMap<string, Difference>
  peek(): ReadonlyMap<string, Difference>
  close(): void
}

export function createKnownTree(options: {
  absolute: (relative: string) => string
  watch: FolderWatch
  isIgnored: (entry: KnownEntry['entry']) => boolean
}): KnownTree {
  const { absolute, watch } = options
  const entries = new Map<string, KnownEntry>()
  const folders = new Map<string, Folder>()
  let before = new Map<string, KnownEntry | null>()
  let isClosed = false

  const remember = (relative: string): void => {
    if (!before.has(relative)) before.set(relative, entries.get(relative) ?? null)
  }

  const remove = (relative: string): void => {
    const folder = folders.get(relative)
    watch.remove(relative)
    if (folder !== undefined) {
      folders.delete(relative)
      for (const child of folder.children) remove(joinPath(relative, child))
    }
    if (!entries.has(relative)) return
    remember(relative)
    entries.delete(relative)
    folders.get(parentOf(relative))?.children.delete(nameOf(relative))
  }

  /** Brings one entry up to date; true: a folder that has to be read. */
  const look = (relative: string): boolean => {
    const stats = statOrNull(absolute(relative))
    if (stats === null || !folders.has(parentOf(relative))) {
      remove(relative)
      return false
    }
    const entry = toEntry(relative, stats)
    const identity = identityOf(stats)
    const known = entries.get(relative)
    const isWalked = entry.kind === 'folder' && !options.isIgnored(entry)
    const walked = folders.get(relative)
    if (known !== undefined && known.entry.kind !== entry.kind) remove(relative)
    else if (walked !== undefined && !isSameIdentity(walked.identity, identity)) remove(relative)
    if (!isUnchanged(entries.get(relative), entry, identity)) {
      remember(relative)
      entries.set(relative, { entry, identity })
      folders.get(parentOf(relative))?.children.add(nameOf(relative))
    }
    if (!isWalked) return false
    if (!folders.has(relative)) folders.set(relative, { identity, children: new Set() })
    watch.ensure(relative)
    return folders.get(relative) !== walked
  }

  const list = (folder: string): string[] => {
    try {
      return readdirSync(absolute(folder))
    } catch {
      // Removed or closed to us meanwhile: its own event follows.
      return []
    }
  }

  const walk = async (queue: string[], onTemp: (relative: string) => void = () => {}): Promise<void> => {
    const pace = createPace()
    for (let folder = queue.pop(); folder !== undefined && !isClosed; folder = queue.pop()) {
      const children = folders.get(folder)?.children
      if (children === undefined) continue
      const names = list(folder)
      for (const name of new Set([...names, ...children])) {
        const relative = joinPath(folder, name)
        if (name.startsWith(TEMP_PREFIX)) onTemp(relative)
        else if (look(relative)) queue.push(relative)
        if (pace.isDue()) await pace.rest()
      }
    }
  }

  const differences = (): ReadonlyMap<string, Difference> => {
    const found = new Map<string, Difference>()
    for (const [path, was] of before) {
      const is = entries.get(path) ?? null
      if (was === is || (was !== null && is !== null && isUnchanged(was, is.entry, is.identity))) continue
      found.set(path, { before: was, after: is })
    }
    return found
  }

  return {
    entries,
    async readAll() {
      const stats = statOrNull(absolute(''))
      if (stats === null) throw new Error('the folder of the workspace is not there')
      folders.set('', { identity: identityOf(stats), children: new Set() })
      watch.ensure('')
      await walk([''], (relative) => {
        // Files set aside are judged when their document is opened.
        if (nameOf(relative).startsWith(`${TEMP_PREFIX}tmp-`)) rmSync(absolute(relative), { force: true })
      })
      before = new Map()
    },
    async refresh(paths) {
      const pace = createPace()
      const queue: string[] = []
      for (const relative of paths) {
        if (isClosed) return
        if (relative !== '') look(relative)
        // A folder that was itself touched is read again, for entries that came and went unseen.
        if (folders.has(relative)) queue.push(relative)
        if (pace.isDue()) await pace.rest()
      }
      await walk(queue)
    },
    async verify() {
      await walk([...folders.keys()])
    },
    take() {
      const found = differences()
      before = new Map()
      return found
    },
    peek: differences,
    close: () => (isClosed = true),
  }
}

const isUnchanged = (known: KnownEntry | undefined | null, entry: KnownEntry['entry'], identity: Identity): boolean =>
  known?.entry.kind === entry.kind &&
  known.entry.size === entry.size &&
  known.entry.mtimeMs === entry.mtimeMs &&
  isSameIdentity(known.identity, identity)
