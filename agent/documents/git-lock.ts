import type { Clock } from '../clock.ts'
import type { Disk, FileFacts } from '../fs/disk.ts'

/** File systems keep times more or less exactly. */
const CLOCK_MS = 20
/** Longer than this no writing waits for git: its lock was left behind by a git that died. */
const PATIENCE_MS = 10_000

export interface GitLock {
  /** git is writing the workspace's files, and we should not */
  isHeld(): Promise<boolean>
  /** It writes its index with whatever it checks out. */
  wroteSince(time: number): Promise<boolean>
}

/** K4: watches for `.git/index.lock`, which git keeps while it checks out, merges or rebases. */
export function createGitLock(disk: Disk, clock: Clock): GitLock {
  let since: number | null = null
  const factsOf = (path: string): Promise<FileFacts | null> =>
    disk
      .locate(path, (place) => disk.facts(place.at(place.name)))
      // No repository, or one that is elsewhere.
      .catch(() => null)
  return {
    async isHeld() {
      const isThere = (await factsOf('.git/index.lock')) !== null
      since = isThere ? (since ?? clock.now()) : null
      return since !== null && clock.now() - since < PATIENCE_MS
    },
    wroteSince: async (time) => ((await factsOf('.git/index'))?.mtimeMs ?? 0) >= time - CLOCK_MS,
  }
}
