import { AppError } from './errors.ts'

export const PATH_LIMITS = { bytes: 4096, nameBytes: 255, depth: 100 } as const

/** Names the agent gives to files of its own while it writes; they never show, and nobody else may use them. */
export const TEMP_PREFIX = '.pairloom~'

const encoder = new TextEncoder()
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

const refuse = (reason: string): never => {
  throw new AppError('path_invalid', undefined, { details: { reason } })
}

/** What a careless decoder further on would make of a name: `%2e%2e`, and `%252e` too, stand for dots. */
const decoded = (name: string): string => {
  let current = name
  for (;;) {
    const next = current.replace(/%(25|2e|2f|5c|00)/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    if (next === current) return current
    current = next
  }
}

const checkName = (name: string): void => {
  if (encoder.encode(name).length > PATH_LIMITS.nameBytes) refuse('name too long')
  if (name.startsWith(TEMP_PREFIX)) refuse('reserved name')
  const plain = decoded(name)
  if (plain === '.' || plain === '..') refuse('leaves the folder')
  if (plain.includes('/') || plain.includes('\\') || plain.includes('\0')) refuse('forbidden character')
}

/**
 * A relative path with forward slashes, without empty and `.` parts, or `path_invalid`. The Unicode form is
 * left as it is, because a name on the disk may be in either. The workspace's own folder is '' (from '.').
 */
export function parsePath(raw: string, options: { allowRoot?: boolean } = {}): string {
  if (!raw.isWellFormed()) refuse('not Unicode')
  if (raw.startsWith('/') || /^[A-Za-z]:[/\\]/.test(raw)) refuse('absolute')
  if (raw.length > PATH_LIMITS.bytes || encoder.encode(raw).length > PATH_LIMITS.bytes) refuse('path too long')
  const names = raw.split('/').filter((name) => name !== '' && name !== '.')
  if (names.length > PATH_LIMITS.depth) refuse('too deep')
  for (const name of names) checkName(name)
  if (names.length === 0 && options.allowRoot !== true) refuse('empty')
  return names.join('/')
}

/** For names about to be made: also without control characters, and in NFC. */
export function parseNewPath(raw: string): string {
  const path = parsePath(raw).normalize('NFC')
  if (CONTROL.test(path)) refuse('control character')
  return parsePath(path)
}

export const toNfc = (path: string): string => path.normalize('NFC')

/** Two names with one fold cannot live in one folder on every file system (case, Unicode form). */
export const foldName = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** True for the path itself and for all below it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`)

/** Where `path` is after `from` became `to`. */
export const movedPath = (path: string, from: string, to: string): string => to + path.slice(from.length)

/** "report.txt", 2 → "report (2).txt": the name that keeps both. */
export const numberedName = (name: string, n: number): string => {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? `${name.slice(0, dot)} (${n})${name.slice(dot)}` : `${name} (${n})`
}
