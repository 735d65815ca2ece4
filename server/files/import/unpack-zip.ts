import { constants } from 'node:fs'
import { type Entry, openPromise } from 'yauzl'
import { AppError } from '#shared/errors.ts'
import type { Staging } from './staging.ts'

const IS_UTF8 = 1 << 11
const IS_ENCRYPTED = 1

/** Zips made on Korean Windows hold CP949 names without saying so; those of macOS UTF-8, also without saying so. */
const decodeName = (bytes: Uint8Array, flags: number): string => {
  for (const encoding of (flags & IS_UTF8) !== 0 ? ['utf-8'] : ['utf-8', 'euc-kr']) {
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      // Not in this encoding: the next one, or none.
    }
  }
  throw new AppError('archive_invalid', undefined, { details: { reason: 'a name in an unknown encoding' } })
}

const judgeMode = (entry: Entry): { isExecutable: boolean } => {
  const mode = entry.externalFileAttributes >>> 16
  const type = mode & constants.S_IFMT
  if (type !== 0 && type !== constants.S_IFREG && type !== constants.S_IFDIR) {
    throw new AppError('archive_invalid', undefined, { details: { reason: 'a link or device' } })
  }
  return { isExecutable: (mode & 0o111) !== 0 && type === constants.S_IFREG }
}

export async function unpackZip(options: {
  file: string
  staging: Staging
  signal?: AbortSignal | undefined
}): Promise<void> {
  const { staging, signal } = options
  const zip = await openPromise(options.file, { lazyEntries: true, decodeStrings: false, autoClose: false })
  try {
    staging.expect({ entries: zip.entryCount })
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted()
      const name = decodeName(entry.fileName as unknown as Uint8Array, entry.generalPurposeBitFlag)
      if (name === '__MACOSX' || name.startsWith('__MACOSX/')) continue
      if ((entry.generalPurposeBitFlag & IS_ENCRYPTED) !== 0) {
        throw new AppError('archive_invalid', undefined, { details: { reason: 'encrypted' } })
      }
      const { isExecutable } = judgeMode(entry)
      staging.expect({ bytes: entry.uncompressedSize })
      if (name.endsWith('/')) await staging.addFolder(name)
      else await staging.addFile(name, await zip.openReadStreamPromise(entry), { isExecutable, signal })
    }
  } finally {
    zip.close()
  }
}
