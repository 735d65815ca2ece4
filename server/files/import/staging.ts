import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#shared/errors.ts'
import { foldName, joinPath, parseNewPath, toNfc } from '#shared/paths.ts'

export interface ImportLimits {
  /** the archive itself, as received */
  readonly archiveBytes: number
  /** all files together, unpacked */
  readonly totalBytes: number
  readonly entries: number
}

export const IMPORT_LIMITS: ImportLimits = { archiveBytes: 1 << 30, totalBytes: 2 * 2 ** 30, entries: 100_000 }

export interface ImportReport {
  readonly files: number
  /** files whose names were brought to NFC */
  readonly renamed: readonly string[]
}

/**
 * A folder beside the target that becomes it by one rename, or vanishes: an import is whole or not there.
 * Every name is judged here, whatever kind of archive it comes from.
 */
export interface Staging {
  readonly folder: string
  /** Refuses what would not fit by the archive's own word, before any of it is written. */
  expect(announced: { readonly entries?: number; readonly bytes?: number }): void
  addFolder(name: string): Promise<void>
  addFile(
    name: string,
    content: Readable,
    options: { isExecutable: boolean; signal?: AbortSignal | undefined },
  ): Promise<void>
  commit(): Promise<ImportReport>
  discard(): Promise<void>
}

export const stagingFolderFor = (targetDir: string): string => `${targetDir}.staging-${randomBytes(6).toString('hex')}`

const archivePath = (name: string): string => {
  try {
    return parseNewPath(name)
  } catch (cause) {
    throw new AppError('archive_invalid', undefined, {
      cause,
      details: { reason: 'a path leaves the archive or is malformed' },
    })
  }
}

export async function createStaging(options: {
  targetDir: string
  limits: ImportLimits
  onFile?: ((files: number) => void) | undefined
}): Promise<Staging> {
  const folder = stagingFolderFor(options.targetDir)
  await mkdir(folder, { recursive: true })
  const spelled = new Map<string, string>()
  const seen = new Map<string, 'file' | 'folder'>()
  const renamed: string[] = []
  let entries = 0
  let files = 0
  let bytes = 0

  const judge = (amount: number, limit: number, unit: 'entries' | 'bytes'): void => {
    if (amount > limit) throw new AppError('archive_too_large', undefined, { details: { limit, unit } })
  }
  const count = (): void => judge(++entries, options.limits.entries, 'entries')

  /** Claims the name and all folders above it: a second spelling of one name would overwrite or hide the first. */
  const claim = (name: string, kind: 'file' | 'folder'): string => {
    const target = archivePath(name)
    const raw = name.split('/').filter((part) => part !== '' && part !== '.')
    let here = ''
    let rawHere = ''
    for (const [i, part] of target.split('/').entries()) {
      here = joinPath(here, part)
      rawHere = joinPath(rawHere, raw[i] ?? '')
      const fold = here.split('/').map(foldName).join('/')
      const other = spelled.get(fold)
      if (other !== undefined && other !== rawHere)
        throw new AppError('name_conflict', undefined, { details: { path: here } })
      spelled.set(fold, rawHere)
      const isLast = here === target
      const before = seen.get(here)
      const wanted = isLast ? kind : 'folder'
      if (before !== undefined && (before !== wanted || (isLast && kind === 'file'))) {
        throw new AppError('archive_invalid', undefined, { details: { reason: 'one name twice', path: here } })
      }
      seen.set(here, wanted)
    }
    if (toNfc(rawHere) !== rawHere && kind === 'file') renamed.push(target)
    return path.join(folder, target)
  }

  return {
    folder,
    expect(announced) {
      judge(entries + (announced.entries ?? 0), options.limits.entries, 'entries')
      judge(bytes + (announced.bytes ?? 0), options.limits.totalBytes, 'bytes')
    },
    async addFolder(name) {
      count()
      await mkdir(claim(name, 'folder'), { recursive: true })
    },
    async addFile(name, content, { isExecutable, signal }) {
      count()
      const target = claim(name, 'file')
      await mkdir(path.dirname(target), { recursive: true })
      const meter = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          bytes += chunk.length
          if (bytes <= options.limits.totalBytes) return done(null, chunk)
          done(
            new AppError('archive_too_large', undefined, {
              details: { limit: options.limits.totalBytes, unit: 'bytes' },
            }),
          )
        },
      })
      const out = createWriteStream(target, { flags: 'wx', mode: isExecutable ? 0o755 : 0o644 })
      await pipeline(content, meter, out, { signal })
      options.onFile?.(++files)
    },
    async commit() {
      await rename(folder, options.targetDir)
      return { files, renamed }
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}
