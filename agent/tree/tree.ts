import type { watch } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { joinPath, TEMP_PREFIX } from '#shared/paths.ts'
import type { TreeDelta, TreeEntry, TreeMove, TreeSnapshot } from '#shared/protocol/agent.ts'
import { type Causes, createCauses } from './causes.ts'
import { cutDelta } from './cut-delta.ts'
import { findMoves, type KnownEntry } from './find-moves.ts'
import { createFolderWatch } from './folder-watch.ts'
import { createKnownTree, type Difference } from './known-tree.ts'

/** Within this, what the disk tells is gathered into one delta: a checkout gives tens of thousands of events. */
const BATCH_MS = 50
/** A name that vanished may be written anew in the next moment: editors move the old file aside when they save. */
const MOVE_CONFIRM_MS = 60
/**
 * The kernel drops events silently once its queue is full (16,384 by default). So many in one batch, and all is looked
 * at again when it is quiet.
 */
const BURST_EVENTS = 4_096
const VERIFY_QUIET_MS = 300
const VERIFY_LATEST_MS = 5_000

export interface TreeListener {
  onDelta(delta: TreeDelta): void
  /** something happened to these paths, content included; may repeat, may be nothing */
  onTouched(paths: readonly string[]): void
  /** these were given other names by programs, in this order; told before onTouched */
  onRenamed(moves: readonly TreeMove[]): void
  /** the system lends no more watchers: so many folders are read every few seconds instead (0: none any more) */
  onPolling(folders: number, code: string): void
}

export interface Tree {
  snapshot(): TreeSnapshot
  close(): void
}

/** Scans, then follows the disk. Deltas are cut so that each is one message of bearable size. */
export async function createTree(
  root: string,
  listener: TreeListener,
  options: { causes?: Causes; watch?: typeof watch; pollMs?: number } = {},
): Promise<Tree> {
  const { causes = createCauses(root), ...watching } = options
  let dirty = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let flushing: Promise<void> | null = null
  let revision = 1
  let events = 0
  let burstAt = 0
  let lastEventAt = 0
  let isClosed = false

  const absolute = (relative: string): string => path.join(root, relative)
  const schedule = (ms: number): void => {
    if (!isClosed && flushing === null) timer ??= setTimeout(start, ms)
  }
  const touch = (relative: string): void => {
    dirty.add(relative)
    schedule(BATCH_MS)
  }

  const folderWatch = createFolderWatch({
    ...watching,
    absolute,
    onEvent: (folder, name) => {
      events++
      lastEventAt = performance.now()
      if (folder === '.git') causes.gitSeen()
      else if (name === null) touch(folder)
      else if (!name.startsWith(TEMP_PREFIX)) touch(joinPath(folder, name))
    },
    onPoll: async (folders) => {
      for (const folder of folders) touch(folder)
      await nextFlush()
    },
    onPolling: listener.onPolling,
  })

  const isIgnored = (entry: TreeEntry): boolean => {
    // Its own folder tells when git is at work; what is in it shows only to those who open it.
    if (entry.path === '.git') folderWatch.ensure('.git')
    return entry.isIgnored === true
  }
  const known = createKnownTree({ absolute, watch: folderWatch, isIgnored })

  const start = (): void => {
    timer = null
    flushing = flush().finally(() => {
      flushing = null
      if (dirty.size > 0) schedule(BATCH_MS)
      else if (burstAt > 0) schedule(VERIFY_QUIET_MS)
    })
  }
  const nextFlush = async (): Promise<void> => {
    while (!isClosed && (dirty.size > 0 || flushing !== null)) await (flushing ?? delay(BATCH_MS))
  }

  const refresh = async (touched: Set<string>): Promise<void> => {
    const now = dirty
    dirty = new Set()
    for (const one of now) touched.add(one)
    await known.refresh(now)
  }

  const flush = async (): Promise<void> => {
    const touched = new Set<string>()
    if (events >= BURST_EVENTS && burstAt === 0) burstAt = performance.now()
    events = 0
    const now = performance.now()
    const isVerified = burstAt > 0 && (now - lastEventAt > VERIFY_QUIET_MS || now - burstAt > VERIFY_LATEST_MS)
    if (isVerified) {
      burstAt = 0
      await known.verify()
    }
    await refresh(touched)
    if (movesIn(known.peek()).length > 0) {
      await delay(MOVE_CONFIRM_MS)
      await refresh(touched)
    }
    if (!isClosed) await publish(touched)
  }

  const publish = async (touched: Set<string>): Promise<void> => {
    const differences = known.take()
    // A move is a program's unless people asked for both of its ends: what is being written may be moved by others.
    const moves = movesIn(differences).filter(({ from, to }) => !causes.isOwn(from) || !causes.isOwn(to))
    const moved = new Set(moves.flatMap(({ from, to }) => [from, to]))
    const own = new Map<string, Difference>()
    const foreign = new Map<string, Difference>()
    for (const [changed, difference] of differences) {
      const isOwn = causes.isOwn(changed) && !moved.has(changed)
      ;(isOwn ? own : foreign).set(changed, difference)
      // What is in a folder that came or went has had no event of its own.
      if (!isOwn) touched.add(changed)
    }
    if (moves.length > 0) listener.onRenamed(moves)
    listener.onTouched([...touched])
    await tell(own, movesIn(own), undefined)
    if (foreign.size > 0) await tell(foreign, moves, causes.outside())
  }

  const tell = async (
    differences: ReadonlyMap<string, Difference>,
    renamed: readonly TreeMove[],
    by: TreeDelta['by'],
  ): Promise<void> => {
    const upserts: TreeEntry[] = []
    const removes: string[] = []
    for (const [changed, { after }] of differences) {
      if (after === null) removes.push(changed)
      else upserts.push(after.entry)
    }
    for (const delta of cutDelta({ upserts, removes, renamed, by }, revision)) {
      if (isClosed) return
      revision = delta.revision
      listener.onDelta(delta)
      await nextTurn()
    }
  }

  await known.readAll()
  return {
    snapshot: () => ({ revision, entries: Array.from(known.entries.values(), ({ entry }) => entry) }),
    close: () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      known.close()
      folderWatch.close()
    },
  }
}

/** The moves among these differences: of names that are gone to names that are new. */
function movesIn(differences: ReadonlyMap<string, Difference>): readonly TreeMove[] {
  const gone = new Map<string, KnownEntry>()
  const fresh = new Map<string, KnownEntry>()
  for (const [changed, { before, after }] of differences) {
    if (before !== null && after === null) gone.set(changed, before)
    else if (before === null && after !== null) fresh.set(changed, after)
  }
  return findMoves(gone, fresh)
}
