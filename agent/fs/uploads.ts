import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { joinPath, nameOf, numberedName, parentOf, parseNewPath } from '#shared/paths.ts'
import { ensureFolder } from './file-calls.ts'
import { requireFreeName, withLocated } from './locate.ts'

export interface UploadChunk {
  readonly uploadId: string
  readonly path: string
  readonly offset: number
  readonly bytes: Uint8Array
  readonly isLast: boolean
  readonly ifExists: 'replace' | 'refuse' | 'keep-both'
}

export interface Uploads {
  write(chunk: UploadChunk): Promise<{ path: string }>
  abort(uploadId: string): Promise<void>
  /** the server is gone: nobody will finish what was begun */
  abortAll(): Promise<void>
}

interface Upload {
  readonly file: FileHandle
  readonly temp: string
  readonly path: string
  written: number
}

/**
 * Uploads gather in the runtime folder, on the same file system but out of sight, and reach the workspace by one
 * rename. What a dead agent had begun is removed at the next start.
 */
export async function createUploads(options: { root: string; runtime: string }): Promise<Uploads> {
  const { root } = options
  const folder = path.join(options.runtime, 'uploads')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const uploads = new Map<string, Upload>()

  const drop = async (uploadId: string): Promise<void> => {
    const upload = uploads.get(uploadId)
    if (upload === undefined) return
    uploads.delete(uploadId)
    await upload.file.close()
    await rm(upload.temp, { force: true })
  }

  const begin = async (chunk: UploadChunk): Promise<Upload> => {
    const target = parseNewPath(chunk.path)
    if (chunk.offset !== 0 || uploads.size >= 64) throw new AppError('conflict')
    if (chunk.ifExists === 'refuse') {
      // Refused before a large body is sent; judged again when it is put in place.
      await withLocated(root, target, { follow: true }, async (there) => {
        if (there.stats !== null) throw new AppError('path_exists')
      }).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'path_not_found')) throw error
      })
    }
    const temp = path.join(folder, randomBytes(12).toString('hex'))
    const upload: Upload = { file: await open(temp, 'wx', 0o644), temp, path: target, written: 0 }
    uploads.set(chunk.uploadId, upload)
    return upload
  }

  const put = async (upload: Upload, ifExists: UploadChunk['ifExists']): Promise<string> => {
    await ensureFolder(root, parentOf(upload.path))
    return withLocated(root, upload.path, { follow: true }, async (target) => {
      let name = nameOf(target.path)
      if (target.stats !== null && ifExists === 'replace') {
        if (!target.stats.isFile()) throw new AppError('not_a_file')
        await upload.file.chmod(target.stats.mode & 0o777)
      } else if (ifExists === 'keep-both') name = await freeName(target.folder, name)
      else await requireFreeName(target.folder, name)
      await rename(upload.temp, target.folder.at(name))
      await target.folder.sync()
      return joinPath(parentOf(target.path), name)
    })
  }

  return {
    async write(chunk) {
      const upload = uploads.get(chunk.uploadId) ?? (await begin(chunk))
      try {
        if (chunk.offset !== upload.written) throw new AppError('conflict')
        await upload.file.write(chunk.bytes, 0, chunk.bytes.length, chunk.offset)
        upload.written += chunk.bytes.length
        if (!chunk.isLast) return { path: upload.path }
        await upload.file.sync()
        const placed = await put(upload, chunk.ifExists)
        await drop(chunk.uploadId)
        return { path: placed }
      } catch (error) {
        await drop(chunk.uploadId)
        throw error
      }
    },
    abort: drop,
    abortAll: async () => {
      await Promise.all([...uploads.keys()].map(drop))
    },
  }
}

const freeName = async (folder: Parameters<typeof requireFreeName>[0], name: string): Promise<string> => {
  for (let n = 1; n < 1000; n++) {
    const candidate = n === 1 ? name : numberedName(name, n)
    try {
      await requireFreeName(folder, candidate)
      return candidate
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  throw new AppError('path_exists')
}
