import type { DocumentId } from '#shared/ids.ts'
import type { Clock } from '../clock.ts'
import type { Disk, DiskPlace } from '../fs/disk.ts'
import { createHalfWritten, LOOK_AGAIN_MS, whenWritten } from './half-written.ts'
import { NotYet } from './not-yet.ts'
import type { Past, Version } from './past.ts'
import type { FileText } from './text-file.ts'
import { asideOf, readAside } from './write-file.ts'

/** For so long after we replaced a file, a program that had opened it before may still write into it. */
const ASIDE_MS = 1_000
/** What could not be taken in, the server or the disk being unwilling, is tried again after this. */
const RETRY_MS = 10_000

/** Cut to nothing by a program that then wrote no more: who truly empties a file empties the one that stands there. */
const isCutOff = ({ text }: FileText): boolean => text === ''

/** The inode that we replaced last, until nobody writes into it any more. */
export interface Aside {
  /**
   * A write that was cut off may have left another program's version: it is merged before the next write, over `last`.
   * True where it brought something; done once.
   */
  restore(last: Version): Promise<boolean>
  /** The file of this version was replaced by a write of ours. */
  keep(version: Version, file: FileText): void
  /** Looks whether somebody wrote into it. False: somebody is still at it. */
  take(): Promise<boolean>
  /** Takes what is in it, and removes it. Throws NotYet while somebody writes. */
  drop(): Promise<void>
  /** Drops it when nobody will write into it any more. */
  schedule(): void
  /** It could not be dropped. */
  retry(): void
  cancel(): void
}

export function createAside(options: {
  readonly disk: Disk
  readonly documentId: DocumentId
  readonly clock: Clock
  readonly past: Past
  readonly atFile: <T>(use: (place: DiskPlace) => Promise<T>) => Promise<T>
  /** It is time to drop it. */
  readonly onDue: () => void
  /** What somebody wrote into it is in the document now. */
  readonly onBrought: () => void
}): Aside {
  const { disk, documentId, clock, past, atFile } = options
  const isHalfWritten = createHalfWritten(clock)
  let isRestored = false
  let kept: { readonly version: Version; readonly file: FileText } | null = null
  let cancel = (): void => {}

  const schedule = (delayMs: number): void => {
    cancel()
    cancel = clock.after(delayMs, options.onDue)
  }

  const take = async (): Promise<boolean> => {
    if (kept === null) return true
    const before = kept
    return atFile(async (place) => {
      const now = await readAside(disk, place, documentId)
      if (now === null || now.sha256 === before.file.sha256) return true
      if (isHalfWritten(now, before.file)) return false
      if (isCutOff(now)) return true
      kept = { version: await past.bring(now, before.version, { isAside: true }), file: now }
      options.onBrought()
      return true
    })
  }

  return {
    async restore(last) {
      if (isRestored) return false
      const isBrought = await atFile(async (place) => {
        const left = await whenWritten(clock, () => readAside(disk, place, documentId))
        const there = await disk.facts(place.at(place.name))
        // Cut off before the rename, it is the file itself, and merged as that: merged twice, the second time would be
        // taken for a version brought back on purpose, and what it does not know of for deleted.
        const isReplaced = left?.facts.ino !== there?.ino || left?.facts.dev !== there?.dev
        const isNew = left !== null && isReplaced && !isCutOff(left) && !past.has(left.sha256)
        if (isNew) await past.bring(left, last, { isAside: true })
        await disk.remove(asideOf(place, documentId))
        return isNew
      })
      isRestored = true
      return isBrought
    },
    keep(version, file) {
      kept = { version, file }
    },
    take,
    async drop() {
      cancel()
      if (kept === null) return
      if (!(await take())) {
        schedule(LOOK_AGAIN_MS)
        throw new NotYet()
      }
      await atFile((place) => disk.remove(asideOf(place, documentId)))
      kept = null
    },
    schedule: () => schedule(ASIDE_MS),
    retry: () => schedule(RETRY_MS),
    cancel: () => cancel(),
  }
}
