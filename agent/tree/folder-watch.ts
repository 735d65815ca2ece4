import { type FSWatcher, watch } from 'node:fs'

/** A folder that cannot be watched is read again this often. */
const POLL_MS = 2_000
/** Polling takes no more of a CPU than one part in this many. */
const POLL_SHARE = 20

/** One non-recursive watcher for each folder: recursive ones miss atomic renames. */
export interface FolderWatch {
  /** Begins to watch it, if it is not watched yet. */
  ensure(folder: string): void
  remove(folder: string): void
  close(): void
}

export interface FolderWatchOptions {
  readonly absolute: (folder: string) => string
  /** something happened to this name in it; null: to some name */
  readonly onEvent: (folder: string, name: string | null) => void
  /** Reads what cannot be watched. */
  readonly onPoll: (folders: readonly string[]) => Promise<void>
  /** the system lends no more watchers: so many folders are polled (0: all are watched again) */
  readonly onPolling: (folders: number, code: string) => void
  readonly watch?: typeof watch
  readonly pollMs?: number
}

/** The limits of inotify count all processes of a user, so they may be reached at any time, and free again later. */
const LIMITS: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM'])

export function createFolderWatch(options: FolderWatchOptions): FolderWatch {
  const { absolute, onEvent, onPoll, onPolling, pollMs = POLL_MS } = options
  const start = options.watch ?? watch
  const watchers = new Map<string, FSWatcher>()
  const polled = new Set<string>()
  let code = ''
  let told = 0
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const tryWatch = (folder: string): string | null => {
    try {
      const watcher = start(absolute(folder), (_, name) => onEvent(folder, name))
      watcher.on('error', () => {
        watcher.close()
        if (watchers.get(folder) !== watcher) return
        watchers.delete(folder)
        polled.add(folder)
        schedule(0)
      })
      watchers.set(folder, watcher)
      return null
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }

  const schedule = (costMs: number): void => {
    if (isClosed || polled.size === 0) return
    timer ??= setTimeout(() => void poll(), Math.max(pollMs, costMs * POLL_SHARE))
  }

  const poll = async (): Promise<void> => {
    const again: string[] = []
    for (const folder of polled) {
      const failure = tryWatch(folder)
      if (failure !== null && LIMITS.has(failure)) break
      // Watched from now on, or gone; it is read once more below, for what came before.
      polled.delete(folder)
      again.push(folder)
    }
    tell()
    const startedAt = performance.now()
    await onPoll([...again, ...polled])
    timer = null
    schedule(performance.now() - startedAt)
  }

  const tell = (): void => {
    if (polled.size === told) return
    told = polled.size
    onPolling(told, code)
  }

  return {
    ensure(folder) {
      if (watchers.has(folder) || polled.has(folder)) return
      const failure = tryWatch(folder)
      // Any other failure means that it is gone or closed to us: an event of the folder above tells when that ends.
      if (failure === null || !LIMITS.has(failure)) return
      code = failure
      polled.add(folder)
      schedule(0)
    },
    remove(folder) {
      watchers.get(folder)?.close()
      watchers.delete(folder)
      polled.delete(folder)
    },
    close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}
