import type { Stats } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { foldName, joinPath, nameOf, parentOf, toNfc } from '#shared/paths.ts'
import { type FolderHandle, openFolderHandle } from './folder-handle.ts'

/** Where a path leads, with every folder on the way checked and the last one held open. */
export interface Located {
  readonly folder: FolderHandle
  /** as spelled on the disk; '' for the root itself */
  readonly name: string
  /** relative to the root, after links */
  readonly path: string
  /** null: nothing there */
  readonly stats: Stats | null
}

const MAX_LINKS = 8

export const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'

export const lstatOrNull = async (file: string): Promise<Stats | null> => {
  try {
    return await lstat(file)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The entry of the folder whose name is the same text in another Unicode form (typed NFC finds NFD). */
const otherForm = async (folder: FolderHandle, name: string): Promise<string | null> => {
  // oxlint-disable-next-line no-control-regex -- plain ASCII has one form only
  if (/^[\x00-\x7f]*$/.test(name)) return null
  const wanted = toNfc(name)
  return (await readdir(folder.at('.'))).find((other) => other !== name && toNfc(other) === wanted) ?? null
}

/** The relative path a link leads to. Throws where that is outside of the root. */
const linkTarget = async (root: string, relative: string): Promise<string> => {
  let target: string
  try {
    target = await realpath(path.join(root, relative))
  } catch (cause) {
    throw new AppError(isMissing(cause) ? 'path_not_found' : 'path_invalid', undefined, { cause })
  }
  if (target === root) return ''
  if (!target.startsWith(root + path.sep))
    throw new AppError('path_invalid', undefined, { details: { reason: 'a link that leaves' } })
  return path.relative(root, target).split(path.sep).join('/')
}

/** Walks from the root, never through a link unseen. `relative` has passed `parsePath`. `root` is a real path. */
async function openFolder(
  root: string,
  relative: string,
  linksLeft: number,
): Promise<{ folder: FolderHandle; path: string }> {
  let folder = await openFolderHandle(root)
  let here = ''
  const names = relative === '' ? [] : relative.split('/')
  try {
    for (const [i, wanted] of names.entries()) {
      const stats = await lstatOrNull(folder.at(wanted))
      const name = stats === null ? await otherForm(folder, wanted) : wanted
      if (name === null) throw new AppError('path_not_found')
      here = joinPath(here, name)
      const kind = stats ?? (await lstatOrNull(folder.at(name)))
      if (kind?.isSymbolicLink()) {
        if (linksLeft === 0) throw new AppError('path_invalid')
        const target = await linkTarget(root, here)
        await folder.close()
        return await openFolder(root, [target, ...names.slice(i + 1)].filter((n) => n !== '').join('/'), linksLeft - 1)
      }
      if (!kind?.isDirectory()) throw new AppError('path_not_found')
      const next = await openFolderHandle(folder.at(name))
      await folder.close()
      folder = next
    }
    return { folder, path: here }
  } catch (error) {
    await folder.close().catch(() => {
      // Closed already, on the way into a link.
    })
    // Replaced by a link between the look and the opening.
    if (errorCode(error) === 'ELOOP') throw new AppError('path_invalid', undefined, { cause: error })
    if (isMissing(error)) throw new AppError('path_not_found', undefined, { cause: error })
    throw error
  }
}

/** `follow`: a link at the end is followed too (inside the root). Otherwise the link itself is meant. */
export interface LocateOptions {
  readonly follow: boolean
}

async function locate(
  root: string,
  relative: string,
  { follow }: LocateOptions,
  linksLeft = MAX_LINKS,
): Promise<Located> {
  const parent = await openFolder(root, parentOf(relative), linksLeft)
  const { folder } = parent
  if (relative === '') return { folder, name: '', path: '', stats: await lstat(folder.at('.')) }
  try {
    let name = nameOf(relative)
    let stats = await lstatOrNull(folder.at(name))
    if (stats === null) {
      const other = await otherForm(folder, name)
      if (other !== null) stats = await lstatOrNull(folder.at((name = other)))
    }
    const here = joinPath(parent.path, name)
    if (!follow || !stats?.isSymbolicLink()) return { folder, name, path: here, stats }
    if (linksLeft === 0) throw new AppError('path_invalid')
    const target = await linkTarget(root, here)
    await folder.close()
    return await locate(root, target, { follow }, linksLeft - 1)
  } catch (error) {
    await folder.close().catch(() => {
      // Closed already, on the way into a link.
    })
    throw error
  }
}

/** Locates, does, and lets the folder go again, whatever happens. */
export async function withLocated<T>(
  root: string,
  relative: string,
  options: LocateOptions,
  use: (located: Located) => Promise<T>,
): Promise<T> {
  const located = await locate(root, relative, options)
  try {
    return await use(located)
  } finally {
    await located.folder.close()
  }
}

/** Throws path_exists or name_conflict where `name` cannot be made in the folder; `except` is an entry about to go. */
export async function requireFreeName(folder: FolderHandle, name: string, except?: string): Promise<void> {
  const fold = foldName(name)
  for (const other of await readdir(folder.at('.'))) {
    if (other === except) continue
    if (other === name) throw new AppError('path_exists')
    if (foldName(other) === fold) throw new AppError('name_conflict', undefined, { details: { name: other } })
  }
}
