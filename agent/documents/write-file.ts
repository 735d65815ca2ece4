import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { numberedName, TEMP_PREFIX } from '#shared/paths.ts'
import { errorCode, type Located } from '../fs/locate.ts'
import { readTextFile, type DiskFile } from './text-file.ts'

/** Where the file that was replaced waits until it is known that nobody had changed it. */
export const asideName = (documentId: DocumentId): string => `${TEMP_PREFIX}aside-${documentId}`

const writeInPlace = async (located: Located, bytes: Uint8Array): Promise<void> => {
  const file = await open(located.folder.at(located.name), constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    await file.write(bytes, 0, bytes.length, 0)
    await file.truncate(bytes.length)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * K4: temp file in the same folder, fsync, rename, with the mode kept. Between our look and the rename another program
 * may have written: the old inode is set aside first, and answered when it is not what `expected` says.
 * The caller removes it with `removeAside` when its content is safe. Hard-linked files are written in place.
 */
export async function replaceFile(options: {
  located: Located
  documentId: DocumentId
  bytes: Uint8Array
  expected: DiskFile
}): Promise<DiskFile | null> {
  const { located, bytes, expected } = options
  const { folder, name } = located
  if (expected.links > 1) {
    await writeInPlace(located, bytes)
    return null
  }
  const temp = folder.at(`${TEMP_PREFIX}tmp-${randomBytes(8).toString('hex')}`)
  const aside = folder.at(asideName(options.documentId))
  try {
    const file = await open(temp, 'wx', expected.mode)
    try {
      await file.writeFile(bytes)
      // The umask took part in open().
      await file.chmod(expected.mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rm(aside, { force: true })
    await link(folder.at(name), aside)
    await rename(temp, folder.at(name))
  } catch (error) {
    await rm(temp, { force: true })
    throw error
  }
  await folder.sync()
  const replaced = await readAside(located, options.documentId)
  if (replaced !== null && replaced.sha256 !== expected.sha256) return replaced
  await removeAside(located, options.documentId)
  return null
}

/** The file set aside by a write, or null. What is not text cannot be merged: it stays, under a name people see. */
export async function readAside(located: Located, documentId: DocumentId): Promise<DiskFile | null> {
  const name = asideName(documentId)
  try {
    return await readTextFile({ ...located, name, stats: await lstat(located.folder.at(name)) })
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'path_not_found') return null
    if (!(error instanceof AppError)) throw error
    await keepBeside(located, name)
    return null
  }
}

const keepBeside = async (located: Located, aside: string): Promise<void> => {
  for (let n = 2; n < 1000; n++) {
    try {
      return await link(located.folder.at(aside), located.folder.at(numberedName(located.name, n)))
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

export const removeAside = (located: Located, documentId: DocumentId): Promise<void> =>
  rm(located.folder.at(asideName(documentId)), { force: true })
