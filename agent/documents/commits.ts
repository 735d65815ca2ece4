import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Disk } from '../fs/disk.ts'

const run = promisify(execFile)

/** A commit as the history tells it. */
export interface Commit {
  readonly hash: string
  readonly subject: string
}

/** Finds the commit that a file's content is of. */
export interface Commits {
  /** cheap: is there a repository of which anything could be told? */
  isRepository(): Promise<boolean>
  /** When git last put files in their places, in ms; it does so after it wrote them. */
  writtenAt(): Promise<number>
  /** The commit that is checked out, where it holds exactly these bytes at this path; null otherwise. */
  of(filePath: string, bytes: Uint8Array): Promise<Commit | null>
}

const TIMEOUT_MS = 5_000
const MAX_BYTES = 256 << 10
const SUBJECT_MAX_CHARS = 200
const HASH = /^[0-9a-f]{40}([0-9a-f]{24})?$/

/**
 * What is asked reads objects and nothing else: a repository's own settings could otherwise have git run programs or
 * fetch over the network, and a workspace may hold anybody's repository.
 */
const SETTINGS = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  LC_ALL: 'C.UTF-8',
}

/** The name git gives a file's content: SHA-1, or SHA-256 where the repository has that. */
export const blobName = (bytes: Uint8Array, length: number): string =>
  createHash(length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')

/** The first line of the message of a raw commit object. */
export function subjectOf(object: string): string {
  const message = object.slice(object.indexOf('\n\n') + 2)
  const [line = ''] = message.trimStart().split('\n')
  return [...line.trim()].slice(0, SUBJECT_MAX_CHARS).join('')
}

export function createCommits(options: { root: string; disk: Disk; path: string }): Commits {
  const git = async (...args: readonly string[]): Promise<string | null> => {
    try {
      const { stdout } = await run('git', [`--git-dir=${path.join(options.root, '.git')}`, '--bare', ...args], {
        cwd: options.root,
        env: { PATH: options.path, ...SETTINGS },
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_BYTES,
      })
      return stdout
    } catch {
      // No git here, no such commit, a path it does not have: then there is nothing to tell.
      return null
    }
  }

  const factsOf = (name: string) =>
    options.disk
      .locate(name, (place) => options.disk.facts(place.at(place.name)))
      // No repository, or one that is elsewhere.
      .catch(() => null)

  return {
    isRepository: async () => (await factsOf('.git/HEAD'))?.kind === 'file',
    writtenAt: async () => (await factsOf('.git/index'))?.mtimeMs ?? -Infinity,
    async of(filePath, bytes) {
      const names = await git('rev-parse', '--verify', '--quiet', `HEAD:${filePath}`)
      const blob = names?.trim() ?? ''
      if (!HASH.test(blob) || blob !== blobName(bytes, blob.length)) return null
      const hash = (await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'))?.trim() ?? ''
      if (!HASH.test(hash)) return null
      const object = await git('cat-file', 'commit', hash)
      return object === null ? null : { hash, subject: subjectOf(object) }
    },
  }
}
