import { createReadStream } from 'node:fs'
import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { AppError } from '#shared/errors.ts'
import type { ImportLimits, Staging } from './staging.ts'

const FILE_TYPES: readonly string[] = ['File', 'OldFile', 'ContiguousFile']
/** Metadata that tar itself takes in. */
const HEADER_TYPES: readonly string[] = [
  'ExtendedHeader',
  'GlobalExtendedHeader',
  'OldExtendedHeader',
  'NextFileHasLongPath',
  'OldGnuLongPath',
  'NextFileHasLongLinkpath',
]

const addEntry = async (entry: ReadEntry, staging: Staging, signal: AbortSignal | undefined): Promise<void> => {
  if (entry.type === 'Directory' || entry.type === 'GNUDumpDir') {
    entry.resume()
    // "./" is the archive's own root.
    if (entry.path.replaceAll(/[./]/g, '') !== '' || entry.path.includes('..')) await staging.addFolder(entry.path)
  } else if (FILE_TYPES.includes(entry.type)) {
    const isExecutable = ((entry.mode ?? 0) & 0o111) !== 0
    staging.expect({ bytes: entry.size })
    await staging.addFile(entry.path, Readable.from(entry as AsyncIterable<Uint8Array>), { isExecutable, signal })
  } else if (HEADER_TYPES.includes(entry.type)) entry.resume()
  else throw new AppError('archive_invalid', undefined, { details: { reason: 'a link or device' } })
}

/** Bytes out of gzip are bounded too: headers and padding can be a bomb of their own. */
const bound = (limits: ImportLimits): Transform => {
  let total = 0
  const most = limits.totalBytes + limits.entries * 2048 + (1 << 20)
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.length
      done(total > most ? new AppError('archive_too_large') : null, chunk)
    },
  })
}

export async function unpackTar(options: {
  file: string
  staging: Staging
  limits: ImportLimits
  signal?: AbortSignal | undefined
}): Promise<void> {
  await refuseTooMany(options)
  const { staging, signal } = options
  let failure: unknown
  let entries = Promise.resolve()
  const parser = new Parser({ strict: true, maxMetaEntrySize: 1 << 16 })
  const fail = (error: unknown): void => {
    failure ??= error
  }
  parser.on('error', fail)
  const ended = new Promise<void>((resolve) => parser.on('end', resolve))
  parser.on('entry', (entry: ReadEntry) => {
    entries = entries.then(async () => {
      if (failure !== undefined) return void entry.resume()
      try {
        await addEntry(entry, staging, signal)
      } catch (error) {
        fail(error)
        entry.resume()
      }
    })
  })
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const fits = parser.write(chunk)
      if (failure !== undefined) return done(failure as Error)
      if (fits) done()
      else parser.once('drain', () => done(failure as Error | undefined))
    },
    final(done) {
      parser.end()
      done()
    },
  })
  await pipeline(createReadStream(options.file), createGunzip(), bound(options.limits), sink, { signal })
  await ended
  await entries
  if (failure !== undefined) throw failure
}

/**
 * A tar has no index: its headers are read once before anything is written. That costs a second of reading, where
 * making a hundred thousand folders only to remove them would cost minutes of the disk.
 */
async function refuseTooMany(options: {
  file: string
  limits: ImportLimits
  signal?: AbortSignal | undefined
}): Promise<void> {
  const { file, limits, signal } = options
  const tooLarge = (limit: number, unit: 'entries' | 'bytes') =>
    new AppError('archive_too_large', undefined, { details: { limit, unit } })
  let entries = 0
  // As the headers announce them: a bomb is known by its first block, not after two gigabytes.
  let bytes = 0
  const parser = new Parser({
    maxMetaEntrySize: 1 << 16,
    // Nothing is let through: neither names nor contents are kept.
    filter: (_name, entry) => {
      entries++
      bytes += entry.size
      return false
    },
  })
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parser.write(chunk)
      if (entries > limits.entries) done(tooLarge(limits.entries, 'entries'))
      else done(bytes > limits.totalBytes ? tooLarge(limits.totalBytes, 'bytes') : null)
    },
  })
  await pipeline(createReadStream(file), createGunzip(), bound(limits), sink, { signal })
}
