import type { Clock } from '../clock.ts'
import type { DiskFile, FileText } from './text-file.ts'

/** A look again is worth it after this. */
export const LOOK_AGAIN_MS = 100
/** A file that lost some of what it held may still be in the writing, for so long after the last byte came. */
const HALF_WRITTEN_MS = 250
/** One that holds nothing at all is mostly about to be written, on a busy machine not at once: carets would be lost. */
const EMPTIED_MS = 2_000
/** For no longer than this a file that never comes to rest is waited for when it is opened. */
const OPENING_MS = 3_000

const isFresh = (clock: Clock, { facts, text }: DiskFile): boolean =>
  Math.abs(clock.now() - facts.mtimeMs) < (text === '' ? EMPTIED_MS : HALF_WRITTEN_MS)

/**
 * Tells of one file, at each look, whether a program is still writing it: who writes into a file cuts it to nothing
 * first, and merged then, all of it would be deleted. A file system may cut a file before it sets its time (ext4 does):
 * a shorter file of any age is believed only once it is seen like that again.
 */
export function createHalfWritten(clock: Clock): (now: DiskFile, before: FileText) => boolean {
  let seen: { readonly sha256: string; readonly mtimeMs: number; readonly at: number } | null = null
  return (now, before) => {
    if (before.text.length <= now.text.length) return false
    if (isFresh(clock, now)) return true
    const isSame = seen?.sha256 === now.sha256 && seen.mtimeMs === now.facts.mtimeMs
    if (!isSame) seen = { sha256: now.sha256, mtimeMs: now.facts.mtimeMs, at: clock.now() }
    return seen === null || clock.now() - seen.at < LOOK_AGAIN_MS / 2
  }
}

/** Looks again until nobody is writing any more; what the file held before is not at hand to tell by. */
export async function whenWritten<T extends DiskFile | null>(clock: Clock, read: () => Promise<T>): Promise<T> {
  const until = clock.now() + OPENING_MS
  let found = await read()
  let isFirst = true
  while (found !== null && (isFresh(clock, found) || (isFirst && found.text === '')) && clock.now() < until) {
    isFirst = false
    await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve))
    found = await read()
  }
  return found
}
