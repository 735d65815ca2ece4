import { AppError } from '#shared/errors.ts'
import type { Disk, DiskName, DiskPlace } from '../fs/disk.ts'
import { fault, type SimFiles } from './sim-files.ts'
import type { Life } from './sim-server.ts'

/** The workspace and the agent's own folder on one simulated file system. */
export const WORKSPACE = 'files'
const OWN = 'runtime/documents'
const SCRATCH = 'runtime/scratch'

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code

const named = <T>(act: () => T): T => {
  try {
    return act()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')
      throw new AppError('path_not_found', undefined, { cause: error })
    throw error
  }
}

/** The agent's view of a simulated file system. Before and after each operation time passes, or it dies. */
export function createSimDisk(
  files: SimFiles,
  life: Pick<Life, 'step' | 'tick'>,
  /** why the agent cannot write; programs on other quotas can */
  refusal: () => string | null,
): Disk {
  const requireWritable = (): void => {
    const code = refusal()
    if (code !== null) throw fault(code)
  }
  const sane = (name: string): DiskName => {
    if (name.includes('..')) throw new Error(`left the workspace: ${name}`)
    return name as DiskName
  }
  const op = async <T>(act: () => T): Promise<T> => {
    await life.step()
    const result = act()
    await life.step()
    return result
  }

  const resolve = (relative: string, linksLeft = 8): string => {
    const names = relative.split('/')
    for (let i = 0; i < names.length; i++) {
      const here = names.slice(0, i + 1).join('/')
      const found = files.find(`${WORKSPACE}/${here}`)
      if (found?.kind === 'link') {
        if (found.target.startsWith('/')) throw new AppError('path_invalid')
        if (linksLeft === 0) throw new AppError('path_invalid')
        return resolve([found.target, ...names.slice(i + 1)].join('/'), linksLeft - 1)
      }
      if (i < names.length - 1 && found?.kind !== 'folder') throw new AppError('path_not_found')
    }
    return relative
  }

  /** Writing is not one step: a crash leaves what was written so far. */
  const fill = async (path: string, inode: ReturnType<SimFiles['create']>, bytes: Uint8Array): Promise<void> => {
    const half = bytes.length >> 1
    await op(requireWritable)
    await op(() => files.write(inode, Buffer.concat([bytes.subarray(0, half), inode.bytes.subarray(half)]), path))
    await op(() => files.write(inode, Buffer.concat([bytes, inode.bytes.subarray(bytes.length)]), path))
    await op(() => files.write(inode, bytes, path))
  }

  return {
    async locate(relative, use) {
      const path = await op(() => resolve(relative))
      const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
      const place: DiskPlace = {
        path,
        name: path.slice(folder.length),
        at: (name) => sane(`${WORKSPACE}/${folder}${name}`),
        spare: (name) => sane(`${SCRATCH}/${name}`),
        sync: () => op(() => undefined),
        syncSpare: () => op(() => undefined),
      }
      return use(place)
    },
    facts: (file) => op(() => files.facts(file)),
    read: (file, maxBytes) =>
      op(() => {
        const facts = files.facts(file)
        const bytes = files.find(file)?.bytes
        if (facts === null || bytes === undefined) throw new AppError('path_not_found')
        if (facts.kind !== 'file') throw new AppError('not_a_file')
        if (facts.size > maxBytes) throw new AppError('too_large')
        return { bytes, facts }
      }),
    async create(file, bytes, mode) {
      const inode = await op(() => named(() => files.create(file, mode)))
      await fill(file, inode, bytes)
    },
    async overwrite(file, bytes) {
      const inode = files.find(file)
      if (inode === null) throw new AppError('path_not_found')
      await fill(file, inode, bytes)
    },
    link: (from, to) => op(() => files.link(from, to)),
    replace: ({ file, fresh, aside, ino }) =>
      op(() => {
        if (files.find(aside) !== null) files.remove(aside)
        files.link(file, aside)
        if (life.tick()) return false
        const facts = files.facts(file)
        if (facts?.kind !== 'file' || facts.ino !== ino) {
          files.remove(aside)
          return false
        }
        files.rename(fresh, file)
        return true
      }),
    rename: (from, to) => op(() => files.rename(from, to)),
    remove: (file) =>
      op(() => {
        if (files.find(file) !== null) files.remove(file)
      }),
    own: (name) => sane(`${OWN}/${name}`),
    syncOwn: () => op(() => undefined),
  }
}
