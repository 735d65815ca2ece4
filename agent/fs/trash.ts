import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { nameOf, parentOf, parsePath } from '#shared/paths.ts'
import { ensureFolder } from './file-calls.ts'
import { errorCode, requireFreeName, withLocated } from './locate.ts'

const KEEP_MS = 7 * 24 * 3600_000
const TRASH_ID = /^[0-9a-f]{24}$/

export interface Trash {
  /** Answers the id that brings it back, and the real path that is gone. */
  remove(path: string): Promise<{ trashId: string; path: string }>
  restore(trashId: string): Promise<{ path: string }>
  /** forgets what was deleted more than a week ago */
  sweep(now: number): Promise<void>
}

/** Deleted things wait in the runtime folder: `<id>/item` beside `<id>/path`. */
export function createTrash(options: { root: string; runtime: string }): Trash {
  const { root } = options
  const trash = path.join(options.runtime, 'trash')
  return {
    remove: async (raw) =>
      withLocated(root, parsePath(raw), { follow: false }, async ({ folder, name, path: relative, stats }) => {
        if (stats === null) throw new AppError('path_not_found')
        const trashId = randomBytes(12).toString('hex')
        const slot = path.join(trash, trashId)
        await mkdir(slot, { recursive: true, mode: 0o700 })
        await writeFile(path.join(slot, 'path'), relative)
        try {
          await rename(folder.at(name), path.join(slot, 'item'))
        } catch (error) {
          await rm(slot, { recursive: true, force: true })
          throw error
        }
        return { trashId, path: relative }
      }),

    restore: async (trashId) => {
      if (!TRASH_ID.test(trashId)) throw new AppError('not_found')
      const slot = path.join(trash, trashId)
      let relative: string
      try {
        relative = await readFile(path.join(slot, 'path'), 'utf8')
      } catch (cause) {
        if (errorCode(cause) === 'ENOENT') throw new AppError('not_found', undefined, { cause })
        throw cause
      }
      await ensureFolder(root, parentOf(relative))
      await withLocated(root, relative, { follow: false }, async ({ folder }) => {
        await requireFreeName(folder, nameOf(relative))
        await rename(path.join(slot, 'item'), folder.at(nameOf(relative)))
      })
      await rm(slot, { recursive: true, force: true })
      return { path: relative }
    },

    sweep: async (now) => {
      const slots = await readdir(trash).catch(() => [])
      for (const slot of slots) {
        const at = await stat(path.join(trash, slot))
        if (now - at.mtimeMs > KEEP_MS) await rm(path.join(trash, slot), { recursive: true, force: true })
      }
    },
  }
}
