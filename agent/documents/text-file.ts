import { createHash } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { joinLineEndings, type PackedLineEndings, splitLineEndings } from '#shared/line-endings.ts'
import type { Disk, DiskName, FileFacts } from '../fs/disk.ts'

/** K6: beyond this a file is viewed or downloaded, never a document. */
export const TEXT_MAX_BYTES = 5 << 20

/** A file's text as a document holds it (T1), and what belongs to the file alone. */
export interface FileText {
  /** LF only */
  readonly text: string
  readonly lineEndings: PackedLineEndings
  readonly bom: boolean
  /** of the bytes on the disk */
  readonly sha256: string
}

/** A text file as it was read, with what the file system told of it at that moment. */
export interface DiskFile extends FileText {
  readonly facts: FileFacts
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Throws not_text for NUL and for what is not UTF-8. */
export function decodeText(bytes: Uint8Array): FileText {
  if (bytes.includes(0)) throw new AppError('not_text')
  let raw: string
  try {
    raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('not_text', undefined, { cause })
  }
  const bom = raw.startsWith('\ufeff')
  return { ...splitLineEndings(bom ? raw.slice(1) : raw), bom, sha256: sha256(bytes) }
}

/**
 * The bytes of a document for a file that held `base`: its byte order mark and the endings of untouched lines stay.
 * Throws too_large where they could not be read again.
 */
export function encodeText(
  text: string,
  base: Pick<FileText, 'text' | 'lineEndings' | 'bom'>,
): { bytes: Uint8Array; file: FileText } {
  const plain = text.replaceAll('\r', '')
  const { raw, lineEndings } = joinLineEndings(plain, base)
  const bytes = Buffer.from(base.bom ? `\ufeff${raw}` : raw, 'utf8')
  if (bytes.length > TEXT_MAX_BYTES) throw new AppError('too_large', undefined, { details: { limit: TEXT_MAX_BYTES } })
  return { bytes, file: { text: plain, lineEndings, bom: base.bom, sha256: sha256(bytes) } }
}

/** Reads a text file. Throws path_not_found, not_a_file, too_large or not_text. */
export async function readTextFile(disk: Disk, file: DiskName): Promise<DiskFile> {
  const { bytes, facts } = await disk.read(file, TEXT_MAX_BYTES)
  return { ...decodeText(bytes), facts }
}
