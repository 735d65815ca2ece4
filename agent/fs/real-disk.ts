import { constants, linkSync, lstatSync, renameSync, rmSync, type Stats } from 'node:fs'
import { link, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { TEMP_PREFIX } from '#shared/paths.ts'
import type { Disk, DiskName, FileFacts } from './disk.ts'
import { openFolderHandle } from './folder-handle.ts'
import { lstatOrNull, withLocated } from './locate.ts'
import { openOrdinaryAt } from './open-file.ts'

const PROBE = `${TEMP_PREFIX}probe`

const toFacts = (stats: Stats): FileFacts => ({
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other',
  dev: stats.dev,
  ino: stats.ino,
  mode: stats.mode & 0o7777,
  links: stats.nlink,
  size: stats.size,
  mtimeMs: stats.mtimeMs,
})

const createDurable = async (file: string, bytes: Uint8Array, mode: number): Promise<void> => {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(bytes)
    // The umask took part in open().
    await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await openFolderHandle(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whether a file made in `scratch` can be given a name in `root`: they may be two mounts of one device. */
async function canShare(scratch: string, root: string): Promise<boolean> {
  const from = path.join(scratch, PROBE)
  const to = path.join(root, PROBE)
  await rm(from, { force: true })
  await createDurable(from, new Uint8Array(), 0o600)
  try {
    await rm(to, { force: true })
    await link(from, to)
    return true
  } catch {
    // Another device, no hard links, or a read-only workspace: what is written is then prepared beside the file.
    return false
  } finally {
    await rm(to, { force: true }).catch(() => {
      // A read-only workspace has nothing of ours to remove.
    })
    await rm(from, { force: true })
  }
}

/** The workspace at the real path `root`. Files in the making wait in the runtime folder, where no program sees them. */
export async function createDisk(root: string, runtime: string): Promise<Disk> {
  const documents = path.join(runtime, 'documents')
  const scratch = path.join(runtime, 'scratch')
  for (const folder of [documents, scratch]) await mkdir(folder, { recursive: true, mode: 0o700 })
  // What a dead agent left half-written. Files set aside, and those that wait whole, are judged with their document.
  const isJudged = (name: string): boolean => name.startsWith('aside-') || name.startsWith('fresh-')
  for (const name of await readdir(scratch)) if (!isJudged(name)) await rm(path.join(scratch, name))
  const isShared = await canShare(scratch, root)
  const { dev } = await lstat(scratch)

  return {
    locate: (relative, use) =>
      withLocated(root, relative, { follow: true }, async ({ folder, name, path: here }) => {
        const isNear = isShared && (await lstat(folder.at('.'))).dev === dev
        return use({
          path: here,
          name,
          at: (entry) => folder.at(entry) as DiskName,
          spare: (entry) => (isNear ? path.join(scratch, entry) : folder.at(`${TEMP_PREFIX}${entry}`)) as DiskName,
          sync: () => folder.sync(),
          syncSpare: () => (isNear ? syncFolder(scratch) : folder.sync()),
        })
      }),
    async facts(file) {
      const stats = await lstatOrNull(file)
      return stats === null ? null : toFacts(stats)
    },
    async read(file, maxBytes) {
      const handle = await openOrdinaryAt(file)
      try {
        const { size } = await handle.stat()
        if (size > maxBytes) throw new AppError('too_large', undefined, { details: { limit: maxBytes } })
        const bytes = await handle.readFile()
        // Afterwards: of a file that somebody cuts and fills meanwhile, the time must not be older than the bytes.
        return { bytes, facts: toFacts(await handle.stat()) }
      } finally {
        await handle.close()
      }
    },
    create: createDurable,
    async overwrite(file, bytes) {
      const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW)
      try {
        for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten
        await handle.truncate(bytes.length)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    link,
    async replace({ file, fresh, aside, ino }) {
      rmSync(aside, { force: true })
      // At one go, and not by the thread pool: the less time, the fewer programs come in between.
      linkSync(file, aside)
      const stats = lstatSync(file)
      if (stats.isFile() && stats.ino === ino) {
        renameSync(fresh, file)
        return true
      }
      rmSync(aside)
      return false
    },
    rename,
    remove: (file) => rm(file, { force: true }),
    own: (name) => path.join(documents, name) as DiskName,
    syncOwn: () => syncFolder(documents),
  }
}
