import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { DocumentId } from '#shared/ids.ts'
import { errorCode } from '../fs/locate.ts'

/** A version of the file that was, or is about to be, merged into the document. */
export interface MergedVersion {
  readonly sha256: string
  /** the base as it stood then: once it has moved on, this is history */
  readonly baseKey: string
  /** LF only; the base of the next merge */
  readonly text: string
  /** the edits that brought it in: applying them again changes nothing */
  readonly updates: readonly Uint8Array[]
}

/**
 * Written before a merge is sent, removed once disk and document agree again. Without it an agent killed in between
 * would merge the same version a second time, as edits of its own, and double what the disk had brought.
 */
export interface MergeJournal {
  read(documentId: DocumentId): Promise<MergedVersion | null>
  write(documentId: DocumentId, version: MergedVersion): Promise<void>
  remove(documentId: DocumentId): Promise<void>
}

export function createMergeJournal(runtime: string): MergeJournal {
  const folder = path.join(runtime, 'merges')
  const fileOf = (documentId: DocumentId): string => path.join(folder, documentId)
  return {
    async read(documentId) {
      try {
        const stored = JSON.parse(await readFile(fileOf(documentId), 'utf8')) as Omit<MergedVersion, 'updates'> & {
          updates: string[]
        }
        return { ...stored, updates: stored.updates.map((update) => new Uint8Array(Buffer.from(update, 'base64'))) }
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null
        throw error
      }
    },
    async write(documentId, { updates, ...facts }) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const temp = `${fileOf(documentId)}.new`
      const file = await open(temp, 'w', 0o600)
      try {
        await file.writeFile(
          JSON.stringify({ ...facts, updates: updates.map((u) => Buffer.from(u).toString('base64')) }),
        )
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temp, fileOf(documentId))
    },
    remove: (documentId) => rm(fileOf(documentId), { force: true }),
  }
}
