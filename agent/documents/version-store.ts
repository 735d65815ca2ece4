import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { DiskConflict } from '#shared/protocol/agent.ts'
import type { Disk } from '../fs/disk.ts'

/** A version of the file that this document's past holds: what the log had at `seq`, and what the disk added to that. */
export interface StoredVersion {
  /** of the bytes on the disk; '' where nobody knows */
  readonly sha256: string
  readonly seq: number
  /** Applying them again changes nothing. */
  readonly added: readonly Uint8Array[]
  /** of the file, where log and additions make another: lines that both sides had were taken once */
  readonly differs?: string | undefined
  /** It was replaced before it was merged: what came to the disk since goes out from another. */
  readonly isAside?: boolean | undefined
}

export interface StoredPast {
  readonly epoch: number
  /** the server's base when this was written: once it has moved on, `onDisk` is history */
  readonly baseKey: string
  /** a version by others that went into the document and is, or was, on the disk; null: what we wrote is */
  readonly onDisk: string | null
  /** the write, by `seq:sha256`, that was cut off in an agent's end and before `onDisk` was seen */
  readonly overcome?: string | undefined
  /** the writes, by `seq:sha256`, whose new files were made before they were intended; see prepared.ts */
  readonly prepared: readonly string[]
  /** beginnings of the hashes of versions that were on the disk, these and older ones, oldest first */
  readonly wereThere: readonly string[]
  /** oldest first */
  readonly versions: readonly StoredVersion[]
  /** what merges joined and the server has not been told yet */
  readonly conflicts: readonly DiskConflict[]
}

/** A write into a file that has several names can be cut in half; with both ends of it at hand it is finished. */
export interface WriteInPlace {
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/**
 * What an agent that is killed must find again. The past of a document is written before a merge is sent: or the same
 * version would be merged a second time, as edits of their own, and what the disk had brought would be doubled.
 */
export interface VersionStore {
  read(documentId: DocumentId): Promise<StoredPast | null>
  write(documentId: DocumentId, past: StoredPast): Promise<void>
  readInPlace(documentId: DocumentId): Promise<WriteInPlace | null>
  writeInPlace(documentId: DocumentId, write: WriteInPlace): Promise<void>
  removeInPlace(documentId: DocumentId): Promise<void>
}

const MAX_BYTES = 64 << 20

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
const pastForm = z.object({
  epoch: z.number(),
  baseKey: z.string(),
  onDisk: z.string().nullable(),
  overcome: z.string().optional(),
  prepared: z.array(z.string()).default([]),
  wereThere: z.array(z.string()).default([]),
  versions: z.array(
    z.object({
      sha256: z.string(),
      seq: z.number(),
      added: z.array(bytes),
      differs: z.string().optional(),
      isAside: z.boolean().optional(),
    }),
  ),
  conflicts: z
    .array(
      z.object({
        start: bytes,
        end: bytes,
        base: z.string(),
        document: z.string(),
        disk: z.string(),
        merged: z.string(),
      }),
    )
    .default([]),
})
const inPlaceForm = z.object({ before: bytes, after: bytes })

const toJson = (value: unknown): Uint8Array =>
  Buffer.from(
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part,
    ),
  )

export function createVersionStore(disk: Disk): VersionStore {
  const read = async <T>(name: string, form: z.ZodType<T>): Promise<T | null> => {
    try {
      const { bytes: found } = await disk.read(disk.own(name), MAX_BYTES)
      return form.parse(JSON.parse(Buffer.from(found).toString('utf8')))
    } catch (error) {
      // Damaged is as good as missing: the server's base alone still leads to a merge that loses nothing.
      if (error instanceof AppError || error instanceof z.ZodError || error instanceof SyntaxError) return null
      throw error
    }
  }
  const write = async (name: string, value: unknown): Promise<void> => {
    const fresh = disk.own(`${name}.new`)
    await disk.remove(fresh)
    await disk.create(fresh, toJson(value), 0o600)
    await disk.rename(fresh, disk.own(name))
    await disk.syncOwn()
  }
  return {
    read: (documentId) => read(`${documentId}.past`, pastForm),
    write: (documentId, past) => write(`${documentId}.past`, past),
    readInPlace: (documentId) => read(`${documentId}.write`, inPlaceForm),
    writeInPlace: (documentId, inPlace) => write(`${documentId}.write`, inPlace),
    removeInPlace: (documentId) => disk.remove(disk.own(`${documentId}.write`)),
  }
}
