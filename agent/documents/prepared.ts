import { randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { Disk, DiskName, DiskPlace } from '../fs/disk.ts'

/** Where the new file of a write waits for its rename. */
export const freshOf = (place: DiskPlace, documentId: DocumentId, sha256: string): DiskName =>
  place.spare(`fresh-${documentId}-${sha256.slice(0, 16)}`)

/**
 * The new files of writes, whole before the server hears what is intended. A rename takes one from where it waits and
 * puts it in its place in one step: so one that still waits after a kill was never on the disk, and one that is gone
 * was. What a program wrote meanwhile is measured against the one or the other.
 */
export interface Prepared {
  /** Durable once this resolves. */
  make(
    place: DiskPlace,
    file: { readonly bytes: Uint8Array; readonly sha256: string; readonly mode: number },
  ): Promise<void>
  /** Does the file of this write still wait? Null where that cannot be known, its folder being gone. */
  waits(sha256: string): Promise<boolean | null>
  /** Removes what waits, but for the write of which the server tells. */
  keepOnly(sha256: string | null): Promise<void>
}

export function createPrepared(options: {
  readonly disk: Disk
  readonly documentId: DocumentId
  readonly atFile: <T>(use: (place: DiskPlace) => Promise<T>) => Promise<T>
}): Prepared {
  const { disk, documentId, atFile } = options
  const waiting = new Set<string>()
  return {
    async make(place, { bytes, sha256, mode }) {
      const half = place.spare(`tmp-${randomBytes(8).toString('hex')}`)
      const fresh = freshOf(place, documentId, sha256)
      try {
        await disk.create(half, bytes, mode)
        await disk.rename(half, fresh)
        // Or a power failure could take it away, which is what tells of a rename that came about.
        await place.syncSpare()
      } catch (error) {
        await disk.remove(half)
        throw error
      }
      waiting.add(sha256)
    },
    async waits(sha256) {
      const isThere = await atFile(
        async (place) => (await disk.facts(freshOf(place, documentId, sha256))) !== null,
      ).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'path_not_found') return null
        throw error
      })
      if (isThere === true) waiting.add(sha256)
      return isThere
    },
    async keepOnly(sha256) {
      const others = [...waiting].filter((other) => other !== sha256)
      if (others.length === 0) return
      await atFile(async (place) => {
        for (const other of others) {
          await disk.remove(freshOf(place, documentId, other))
          waiting.delete(other)
        }
      })
    },
  }
}
