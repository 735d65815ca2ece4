import { AppError } from '#shared/errors.ts'

export type ArchiveKind = 'zip' | 'tar.gz'

/** The kind of archive by its name, as the person chose the file; what is inside is judged when it is unpacked. */
export function archiveKindOf(fileName: string): ArchiveKind {
  if (/\.zip$/i.test(fileName)) return 'zip'
  if (/\.(tar\.gz|tgz)$/i.test(fileName)) return 'tar.gz'
  throw new AppError('unsupported_media')
}

/** The address to clone from: https, and local files where the server's settings allow. */
export function checkGitUrl(given: string, allowFiles: boolean): string {
  const url = URL.parse(given.trim())
  const isAllowed = url?.protocol === 'https:' || (allowFiles && url?.protocol === 'file:')
  if (!url || !isAllowed) throw new AppError('git_failed')
  return url.href
}
