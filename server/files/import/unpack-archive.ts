import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#shared/errors.ts'
import { createStaging, IMPORT_LIMITS, type ImportLimits, type ImportReport, type Staging } from './staging.ts'
import { unpackTar } from './unpack-tar.ts'
import { unpackZip } from './unpack-zip.ts'

export type ImportProgress =
  | { readonly stage: 'receiving'; readonly receivedBytes: number }
  | { readonly stage: 'unpacking'; readonly files: number }

export type UnpackInput = ({ readonly stream: Readable } | { readonly file: string }) & {
  readonly kind: 'zip' | 'tar.gz'
  /** must not exist, or be empty; the folder above it must exist */
  readonly targetDir: string
  readonly limits?: ImportLimits
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}

const meter = (limits: ImportLimits, onBytes: (total: number) => void): Transform => {
  let total = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.length
      if (total > limits.archiveBytes) {
        return done(
          new AppError('archive_too_large', undefined, { details: { limit: limits.archiveBytes, unit: 'bytes' } }),
        )
      }
      onBytes(total)
      done(null, chunk)
    },
  })
}

const spoolOf = ({ folder }: Staging): string => `${folder}.archive`

/** What is in an archive is judged before any of it is written, so a streamed one is kept until it is whole. */
const spooled = async (input: UnpackInput, staging: Staging, through: Transform): Promise<string> => {
  if ('file' in input) return input.file
  const spool = spoolOf(staging)
  await pipeline(input.stream, through, createWriteStream(spool, { flags: 'wx' }), { signal: input.signal })
  return spool
}

const asAppError = (error: unknown, signal: AbortSignal | undefined): AppError => {
  if (signal?.aborted === true) return new AppError('cancelled')
  if (error instanceof AppError) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC')
    return new AppError('unavailable', 'The disk of the server is full. Nothing was imported.', { cause: error })
  // The sender went away in the middle: nobody is left to be told about a damaged archive.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new AppError('cancelled', undefined, { cause: error })
  return new AppError('archive_invalid', undefined, { cause: error })
}

/**
 * Unpacks a hostile archive into `targetDir`, whole or not at all. Throws archive_invalid (damaged, encrypted, links,
 * devices, paths that leave), archive_too_large, name_conflict, or cancelled; after each, nothing is left behind.
 */
export async function unpackArchive(input: UnpackInput): Promise<ImportReport> {
  const limits = input.limits ?? IMPORT_LIMITS
  const { signal, onProgress } = input
  const staging = await createStaging({
    targetDir: input.targetDir,
    limits,
    onFile: (files) => onProgress?.({ stage: 'unpacking', files }),
  })
  try {
    signal?.throwIfAborted()
    const through = meter(limits, (receivedBytes) => onProgress?.({ stage: 'receiving', receivedBytes }))
    const file = await spooled(input, staging, through)
    switch (input.kind) {
      case 'zip':
        await unpackZip({ file, staging, signal })
        break
      case 'tar.gz':
        await unpackTar({ file, staging, limits, signal })
        break
      default:
        input.kind satisfies never
    }
    signal?.throwIfAborted()
    return await staging.commit()
  } catch (error) {
    await staging.discard()
    throw asAppError(error, signal)
  } finally {
    await rm(spoolOf(staging), { force: true })
    if ('stream' in input) input.stream.resume()
  }
}
