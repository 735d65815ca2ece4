import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { errorCode, type Located } from './locate.ts'

/** Opens an ordinary file for reading. FIFOs, sockets, devices and folders are refused, and a FIFO never blocks. */
export async function openOrdinary(located: Located): Promise<FileHandle> {
  if (located.stats === null) throw new AppError('path_not_found')
  if (!located.stats.isFile()) throw new AppError('not_a_file')
  return openOrdinaryAt(located.folder.at(located.name))
}

/** As `openOrdinary`, for the name of an entry of a folder that is held open. */
export async function openOrdinaryAt(name: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    file = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'ENOENT') throw new AppError('path_not_found', undefined, { cause })
    if (code === 'ELOOP' || code === 'ENXIO') throw new AppError('not_a_file', undefined, { cause })
    if (code === 'EACCES') throw new AppError('unavailable', 'The file may not be read.', { cause })
    throw cause
  }
  // Looked at again through the open file: it may have been replaced since.
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new AppError('not_a_file')
}
