import type { DocumentId } from '#shared/ids.ts'
import type { Clock } from '../clock.ts'
import type { Commit, Commits } from './commits.ts'
import type { GitLock } from './git-lock.ts'
import type { Past } from './past.ts'
import { type DiskFile, encodeText, type FileText } from './text-file.ts'

/** What the server is told of where a change by the disk came from. */
export interface OriginCalls {
  /** the newest seq of the document */
  seq(documentId: DocumentId): Promise<number>
  /** what the disk wrote after `fromSeq` up to `toSeq` came from this commit */
  origin(input: { documentId: DocumentId; fromSeq: number; toSeq: number; commit: Commit }): void
}

export interface Origins {
  readonly calls: OriginCalls
  readonly commits: Commits
}

/** git moves HEAD only after it let go of its lock: looked for now, and again after these times. */
const LOOK_AGAIN_MS = [300, 700, 1_500, 3_000]
/** File systems keep times more or less exactly. */
const CLOCK_MS = 2_000

/**
 * The same past, which tells the server the commit that a merged change came from. Merging never waits for git, and
 * goes on without where nothing can be told.
 */
export function tellOrigins(
  past: Past,
  options: {
    readonly documentId: DocumentId
    readonly origins: Origins
    readonly clock: Clock
    readonly gitLock: GitLock
    readonly path: () => string
    readonly isClosed: () => boolean
    readonly onError: (error: unknown) => void
  },
): Past {
  const { documentId, origins, clock } = options
  const { calls, commits } = origins
  const seq = (): Promise<number | null> =>
    calls.seq(documentId).catch(() => {
      // The server is away: the change itself waits for it too, and comes without its commit.
      return null
    })

  const explain = async (fromSeq: number, toSeq: number, file: FileText): Promise<void> => {
    const { bytes, file: encoded } = encodeText(file.text, file)
    if (encoded.sha256 !== file.sha256) return
    const changedAt = 'facts' in file ? (file as DiskFile).facts.mtimeMs : clock.now()
    for (const waitMs of LOOK_AGAIN_MS) {
      await new Promise<void>((resolve) => void clock.after(waitMs, resolve))
      if (options.isClosed()) return
      // A program that happens to write what a commit holds is no git.
      if ((await options.gitLock.isHeld()) || (await commits.writtenAt()) < changedAt - CLOCK_MS) continue
      const commit = await commits.of(options.path(), bytes)
      if (commit !== null) return calls.origin({ documentId, fromSeq, toSeq, commit })
    }
  }

  return {
    ...past,
    async bring(theirs, last, how) {
      const before = (await commits.isRepository()) ? await seq() : null
      const version = await past.bring(theirs, last, how)
      const after = before === null ? null : await seq()
      if (before !== null && after !== null && after > before) explain(before, after, theirs).catch(options.onError)
      return version
    },
  }
}
