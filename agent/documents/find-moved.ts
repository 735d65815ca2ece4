import type { Clock } from '../clock.ts'
import type { Disk } from '../fs/disk.ts'
import { type DiskFile, readTextFile } from './text-file.ts'

/** A name that vanished and one that appeared are two events; more than this apart they are no rename. */
const RECENT_MS = 3_000
const MAX_RECENT = 500
/** Of files with another inode that were touched, so many are read to compare them. */
const MAX_READ = 20

export interface MovedFinder {
  touched(paths: readonly string[]): void
  /** Where the file that was at `path` is now: by device and inode, else by what it holds (K5). */
  find(path: string, file: DiskFile): Promise<string | null>
}

export function createMovedFinder(options: {
  disk: Disk
  clock: Clock
  isTaken: (path: string) => boolean
}): MovedFinder {
  const { disk, clock, isTaken } = options
  let recent = new Map<string, number>()

  return {
    touched(paths) {
      const now = clock.now()
      for (const path of paths) {
        recent.delete(path)
        recent.set(path, now)
      }
      if (recent.size > MAX_RECENT) recent = new Map([...recent].slice(-MAX_RECENT))
    },
    async find(path, { facts, sha256 }) {
      const since = clock.now() - RECENT_MS
      const alike: string[] = []
      for (const [other, at] of [...recent].toReversed()) {
        if (at < since || other === path || isTaken(other)) continue
        const found = await disk.locate(other, (place) => disk.facts(place.at(place.name))).catch(() => null)
        if (found?.kind !== 'file') continue
        if (found.ino === facts.ino && found.dev === facts.dev) return other
        if (found.size === facts.size && found.size > 0) alike.push(other)
      }
      for (const other of alike.slice(0, MAX_READ)) {
        const read = await disk.locate(other, (place) => readTextFile(disk, place.at(place.name))).catch(() => null)
        if (read?.sha256 === sha256) return other
      }
      return null
    },
  }
}
