import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { numberedName } from '#shared/paths.ts'
import type { Disk, DiskName, DiskPlace } from '../fs/disk.ts'
import { errorCode } from '../fs/locate.ts'
import type { GitLock } from './git-lock.ts'
import { NotYet } from './not-yet.ts'
import { freshOf } from './prepared.ts'
import { type DiskFile, readTextFile, sha256 } from './text-file.ts'
import type { VersionStore } from './version-store.ts'

/** Where the file that was replaced waits until it is known that nobody had changed it. */
export const asideOf = (place: DiskPlace, documentId: DocumentId): DiskName => place.spare(`aside-${documentId}`)

/** Some file systems have no hard links, and some files may not be linked. */
const CANNOT_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * K4: renames `fresh`, which is durable, over the file. Between our look and the rename another program may have
 * written, and one that had opened the file may go on: the old inode is set aside first, and is to be looked at
 * afterwards. Answers whether one was set aside: files with several names are written in place. Throws path_not_found
 * where the file is gone meanwhile, and NotYet where another is there or git is writing.
 */
export async function replaceFile(options: {
  disk: Disk
  place: DiskPlace
  documentId: DocumentId
  fresh: DiskName
  bytes: Uint8Array
  expected: DiskFile
  store: VersionStore
  gitLock: GitLock
}): Promise<boolean> {
  const { disk, place, documentId, fresh, expected, gitLock } = options
  const file = place.at(place.name)
  // Asked for before, but a slow disk or server may have let git begin since: what it brings would be written over.
  if (await gitLock.isHeld()) throw new NotYet()
  if (expected.facts.links > 1) return overwriteFile(options)
  const aside = asideOf(place, documentId)
  try {
    // Replaced, by a link or a folder too: that is looked at before anything is written over it.
    if (!(await disk.replace({ file, fresh, aside, ino: expected.facts.ino }))) throw new NotYet()
  } catch (error) {
    await disk.remove(aside)
    if (errorCode(error) === 'ENOENT') throw new AppError('path_not_found', undefined, { cause: error })
    if (CANNOT_LINK.has(errorCode(error) ?? '')) return overwriteFile(options)
    throw error
  }
  await place.sync()
  return true
}

async function overwriteFile(options: Parameters<typeof replaceFile>[0]): Promise<false> {
  const { disk, place, documentId, fresh, bytes, expected, store } = options
  const file = place.at(place.name)
  const before = await disk.read(file, expected.facts.size)
  await store.writeInPlace(documentId, { before: before.bytes, after: bytes })
  await disk.overwrite(file, bytes)
  await disk.remove(fresh)
  await store.removeInPlace(documentId)
  return false
}

/** A write in place that was cut off is carried out: its beginning stands before what was there before. */
export async function finishInPlace(options: {
  disk: Disk
  place: DiskPlace
  documentId: DocumentId
  store: VersionStore
  maxBytes: number
}): Promise<void> {
  const { disk, place, documentId, store } = options
  const write = await store.readInPlace(documentId)
  if (write === null) return
  const before = Buffer.from(write.before)
  const after = Buffer.from(write.after)
  const now = Buffer.from((await disk.read(place.at(place.name), options.maxBytes)).bytes)
  let same = 0
  while (same < now.length && now[same] === after[same]) same++
  const isHalf = now.length >= before.length && now.subarray(same).equals(before.subarray(same))
  const isWhole = now.equals(after) || now.equals(before)
  if (!isWhole && (isHalf || now.subarray(0, after.length).equals(after)))
    await disk.overwrite(place.at(place.name), after)
  await disk.remove(freshOf(place, documentId, sha256(after)))
  await store.removeInPlace(documentId)
}

/** The file set aside by a write, or null. What is not text cannot be merged: it stays, under a name people see. */
export async function readAside(disk: Disk, place: DiskPlace, documentId: DocumentId): Promise<DiskFile | null> {
  const aside = asideOf(place, documentId)
  try {
    return await readTextFile(disk, aside)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code !== 'path_not_found') {
      await keepBeside(disk, place, aside)
      await disk.remove(aside)
    }
    return null
  }
}

async function keepBeside(disk: Disk, place: DiskPlace, aside: DiskName): Promise<void> {
  for (let n = 2; n < 1000; n++) {
    try {
      return await disk.link(aside, place.at(numberedName(place.name, n)))
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}
