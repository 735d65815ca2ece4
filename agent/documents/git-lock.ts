import type { Clock } from '../clock.ts'
import type { Disk } from '../fs/disk.ts'

/** Longer than this no writing waits for git: its lock was left behind by a git that died. */
const PATIENCE_MS = 10_000

export interface GitLock {
  /** git is writing the workspace's files, and we should not */
  isHeld(): Promise<boolean>
}

/** K4: watches for `.git/index.lock`, which git keeps while it checks out, merges or rebases. */
export function createGitLock(disk: Disk, clock: Clock): GitLock {
  let since: number | null = null
  return {
    async isHeld() {
      const isThere = await disk
        .locate('.git/index.lock', async (place) => (await disk.facts(place.at(place.name))) !== null)
        // No repository, or one that is elsewhere.
        .catch(() => false)
      since = isThere ? (since ?? clock.now()) : null
      return since !== null && clock.now() - since < PATIENCE_MS
    },
  }
}
