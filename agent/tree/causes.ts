import { existsSync } from 'node:fs'
import path from 'node:path'
import { parentOf } from '#shared/paths.ts'

/** How long after the product's own writing a change of that name is taken for it. */
const OWN_MS = 2_000
/** git lets go of its lock before the last of its changes has come to us. */
const GIT_MS = 500

/** Who is behind a change: people through the product, or a program on the disk, or git. */
export interface Causes {
  /** the product itself is about to change this name, or what is below it */
  own(path: string): void
  isOwn(path: string): boolean
  /** git changed something in its own folder */
  gitSeen(): void
  outside(): 'disk' | 'git'
}

export function createCauses(root: string, now: () => number = Date.now): Causes {
  const until = new Map<string, number>()
  /** folders on the way to such a name, which may have to be made for it; what else is in them is not ours */
  const onTheWay = new Map<string, number>()
  let gitAt = -Infinity
  const lock = path.join(root, '.git/index.lock')
  return {
    own(changed) {
      for (const names of [until, onTheWay]) for (const [known, end] of names) if (end < now()) names.delete(known)
      until.set(changed, now() + OWN_MS)
      for (let at = parentOf(changed); at !== ''; at = parentOf(at)) onTheWay.set(at, now() + OWN_MS)
    },
    isOwn(changed) {
      if (until.size === 0) return false
      if ((onTheWay.get(changed) ?? 0) >= now()) return true
      for (let at = changed; at !== ''; at = parentOf(at)) if ((until.get(at) ?? 0) >= now()) return true
      return false
    },
    gitSeen: () => (gitAt = now()),
    outside: () => (now() - gitAt < GIT_MS || existsSync(lock) ? 'git' : 'disk'),
  }
}
