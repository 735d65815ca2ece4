import { isPlainName } from '#shared/names.ts'

/** Checks of what is typed or dropped, before anything is sent. The server judges again. */
export const isWorkspaceName = (name: string): boolean =>
  /^[^/\\]{1,80}$/u.test(name.trim()) && isPlainName(name.trim())

export const isArchiveName = (fileName: string): boolean => /\.(zip|tar\.gz|tgz)$/i.test(fileName)

/** Whether `file:` is open is a setting of the server (`ALLOW_FILE_GIT_URLS`), so it decides. */
export const isGitUrl = (url: string): boolean => {
  const parsed = URL.parse(url.trim())
  return parsed !== null && /^(https|file):$/.test(parsed.protocol) && parsed.pathname.length > 1
}

/** A name to begin with: `ledger-main.tar.gz` and `https://host/team/ledger.git` are both a "ledger" of a kind. */
export function nameFromSource(source: string): string {
  const last =
    source
      .normalize('NFC')
      .split(/[/\\]/)
      .findLast((part) => part !== '') ?? ''
  return last.replace(/\.(zip|tar\.gz|tgz|git)$/i, '').slice(0, 80)
}
