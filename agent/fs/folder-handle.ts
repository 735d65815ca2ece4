import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import path from 'node:path'

/**
 * A folder held open. `at(name)` names an entry of this very folder, even if somebody replaces the path to it by a
 * link meanwhile: Linux resolves /proc/self/fd/N to the open folder, which is openat() for programs without it.
 */
export interface FolderHandle {
  at(name: string): string
  /** makes renames in it durable */
  sync(): Promise<void>
  close(): Promise<void>
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const hasProc = process.platform === 'linux'

/** Fails with ELOOP or ENOTDIR where the last part is a link, and ENOENT where there is nothing. */
export async function openFolderHandle(absolute: string): Promise<FolderHandle> {
  if (process.platform === 'win32') {
    if ((await lstat(absolute)).isSymbolicLink()) throw Object.assign(new Error('a link'), { code: 'ELOOP' })
    return { at: (name) => path.join(absolute, name), sync: async () => {}, close: async () => {} }
  }
  const handle: FileHandle = await open(absolute, FOLDER)
  return {
    at: (name) => (hasProc ? `/proc/self/fd/${handle.fd}/${name}` : path.join(absolute, name)),
    sync: () => handle.sync(),
    close: () => handle.close(),
  }
}
