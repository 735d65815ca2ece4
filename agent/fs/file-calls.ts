import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { isWithin, joinPath, nameOf, parentOf, parseNewPath, parsePath, TEMP_PREFIX } from '#shared/paths.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { statOrNull } from '../tree/identity.ts'
import { isIgnoredFolder } from '../tree/ignored.ts'
import { createPace } from '../tree/pace.ts'
import { errorCode, requireFreeName, withLocated } from './locate.ts'
import { openOrdinary } from './open-file.ts'

export const kindOf = (stats: Stats): TreeEntry['kind'] =>
  stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other'

export const toEntry = (path: string, stats: Stats): TreeEntry => ({
  path,
  kind: kindOf(stats),
  // A folder's own change with every name in it, which the names tell already.
  size: stats.isDirectory() ? 0 : stats.size,
  mtimeMs: stats.isDirectory() ? 0 : Math.trunc(stats.mtimeMs),
  ...(stats.isDirectory() && isIgnoredFolder(nameOf(path)) && { isIgnored: true }),
})

export const READ_MAX_BYTES = 1 << 20

export interface FileCalls {
  stat(path: string): Promise<{ entry: TreeEntry; realPath: string }>
  list(path: string): Promise<TreeEntry[]>
  /** how many of these are not there, of whatever kind */
  countMissing(paths: readonly string[]): Promise<number>
  read(input: { path: string; offset: number; length: number }): Promise<{ bytes: Uint8Array; size: number }>
  create(input: { path: string; kind: 'file' | 'folder' }): Promise<TreeEntry>
  rename(input: { from: string; to: string }): Promise<{ from: string; to: string }>
}

/** Calls on one workspace's files. Every path is judged anew, by its text and by what is on the disk. */
export function createFileCalls(root: string): FileCalls {
  return {
    stat: async (raw) =>
      withLocated(root, parsePath(raw, { allowRoot: true }), { follow: true }, async ({ stats, path }) => {
        if (stats === null) throw new AppError('path_not_found')
        return { entry: toEntry(path, stats), realPath: path }
      }),

    list: async (raw) =>
      withLocated(
        root,
        parsePath(raw, { allowRoot: true }),
        { follow: true },
        async ({ folder, name, path, stats }) => {
          if (stats === null) throw new AppError('path_not_found')
          if (!stats.isDirectory()) throw new AppError('not_a_file')
          const inside = folder.at(name === '' ? '.' : name)
          const entries: TreeEntry[] = []
          for (const child of await readdir(inside)) {
            if (child.startsWith(TEMP_PREFIX)) continue
            try {
              entries.push(toEntry(joinPath(path, child), await lstat(`${inside}/${child}`)))
            } catch (error) {
              // Gone since the folder was read.
              if (errorCode(error) !== 'ENOENT') throw error
            }
          }
          return entries
        },
      ),

    async countMissing(paths) {
      const pace = createPace()
      let missing = 0
      for (const one of paths) {
        if (statOrNull(join(root, one)) === null) missing++
        if (pace.isDue()) await pace.rest()
      }
      return missing
    },

    read: async ({ path, offset, length }) =>
      withLocated(root, parsePath(path), { follow: true }, async (located) => {
        const file = await openOrdinary(located)
        try {
          const { size } = await file.stat()
          const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, READ_MAX_BYTES, size - offset)))
          const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
          return { bytes: buffer.subarray(0, bytesRead), size }
        } finally {
          await file.close()
        }
      }),

    create: async ({ path: raw, kind }) => {
      const path = parseNewPath(raw)
      await ensureFolder(root, parentOf(path))
      return withLocated(root, path, { follow: false }, async ({ folder, path: parentReal }) => {
        const name = nameOf(path)
        await requireFreeName(folder, name)
        try {
          if (kind === 'folder') await mkdir(folder.at(name), 0o755)
          else
            await (
              await open(folder.at(name), constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644)
            ).close()
        } catch (cause) {
          if (errorCode(cause) === 'EEXIST') throw new AppError('path_exists', undefined, { cause })
          throw cause
        }
        return toEntry(joinPath(parentOf(parentReal), name), await lstat(folder.at(name)))
      })
    },

    rename: async ({ from: rawFrom, to: rawTo }) => {
      const from = parsePath(rawFrom)
      const to = parseNewPath(rawTo)
      if (from !== to && isWithin(to, from))
        throw new AppError('path_invalid', undefined, { details: { reason: 'into itself' } })
      await ensureFolder(root, parentOf(to))
      return withLocated(root, from, { follow: false }, (source) =>
        withLocated(root, to, { follow: false }, async (target) => {
          if (source.stats === null) throw new AppError('path_not_found')
          const name = nameOf(to)
          const isSameFolder = parentOf(source.path) === parentOf(target.path)
          if (isSameFolder && source.name === name) return { from: source.path, to: source.path }
          await requireFreeName(target.folder, name, isSameFolder ? source.name : undefined)
          await rename(source.folder.at(source.name), target.folder.at(name))
          await target.folder.sync()
          return { from: source.path, to: joinPath(parentOf(target.path), name) }
        }),
      )
    },
  }
}

/** Makes the folders on the way to a new file; a name that only differs in case or form is a conflict. */
export async function ensureFolder(root: string, path: string): Promise<void> {
  let here = ''
  for (const name of path === '' ? [] : path.split('/')) {
    here = joinPath(here, name)
    await withLocated(root, here, { follow: true }, async ({ folder, stats }) => {
      if (stats?.isDirectory()) return
      if (stats !== null) throw new AppError('path_exists')
      await requireFreeName(folder, name)
      await mkdir(folder.at(name), 0o755)
    })
  }
}
