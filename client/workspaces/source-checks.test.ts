import { describe, expect, it } from 'vitest'
import { isArchiveName, isGitUrl, isWorkspaceName, nameFromSource } from './source-checks.ts'

describe('source checks', () => {
  it('take a name of up to 80 characters without slashes or invisible ones', () => {
    expect(isWorkspaceName(' 정산 배치 ')).toBe(true)
    expect(isWorkspaceName('👩‍💻 می‌خواهم')).toBe(true)
    const refused = ['', '   ', '\u200d', 'a/b', 'a\\b', 'a\u202eb', 'x'.repeat(81)]
    expect(refused.filter(isWorkspaceName)).toEqual([])
  })

  it('know archives by their names', () => {
    for (const name of ['a.zip', 'A.ZIP', 'a.tar.gz', 'a.tgz']) expect(isArchiveName(name)).toBe(true)
    for (const name of ['a.rar', 'zip', 'a.tar', 'a.gz']) expect(isArchiveName(name)).toBe(false)
  })

  it('take web addresses of repositories, and leave local ones to the server', () => {
    expect(isGitUrl(' https://example.com/team/project.git ')).toBe(true)
    expect(isGitUrl('file:///srv/git/project.git')).toBe(true)
    expect(
      ['ssh://git@host/x', 'http://example.com/team/project.git', 'https://example.com', 'ext::sh -c x', ''].filter(
        isGitUrl,
      ),
    ).toEqual([])
  })

  it('suggest a name after the last part of a path, in NFC', () => {
    expect(nameFromSource('ledger-main.tar.gz')).toBe('ledger-main')
    expect(nameFromSource('https://example.com/team/ledger.git/')).toBe('ledger')
    expect(nameFromSource('정산.zip'.normalize('NFD'))).toBe('정산')
  })
})
