import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { Channel } from '../connection/channel.ts'
import type { Clock } from '../clock.ts'
import type { SyncLimits } from '../limits.ts'
import type { CommitQueue } from '../log/commit-queue.ts'
import type { DocumentLog, StoredDocument } from '../log/document-log.ts'
import type { SyncLogger, SyncMetrics } from '../ports.ts'
import type { Random } from '../random.ts'
import { type ForeignRow, Room } from './room.ts'

/** The life of a room on this node (L1, L4). Those who wait for it are in `waiting`. */
type Slot = {
  readonly waiting: Set<Channel>
  phase:
    | { readonly status: 'loading' }
    /** its log is empty: nothing is answered before the seed (L2) */
    | { readonly status: 'waiting'; readonly cancel: () => void }
    | { readonly status: 'live'; readonly room: Room }
  /** a row was written past it while it loaded, and what is loaded may lack it */
  isOutrun: boolean
  /** set while nobody is in it */
  cancelLinger: (() => void) | null
}

export interface Rooms {
  enter(documentId: DocumentId, channel: Channel): void
  leave(documentId: DocumentId, channel: Channel): void
  /** the room where it is live, else null */
  live(documentId: DocumentId): Room | null
  /** a row was written past the room, if there is one; null: perhaps */
  take(documentId: DocumentId, row: ForeignRow | null): void
  /** loads again where the log was empty before: somebody seeded it */
  reload(documentId: DocumentId): void
  /** ends all its channels */
  close(documentId: DocumentId, code: number, reason: string): void
  all(): Iterable<Room>
  readonly size: number
}

export interface RoomsOptions {
  readonly log: DocumentLog
  readonly queue: CommitQueue
  readonly clock: Clock
  readonly random: Random
  readonly limits: SyncLimits
  readonly logger: SyncLogger
  readonly metrics?: SyncMetrics | undefined
  readonly onSeedNeeded: (documentId: DocumentId) => void
  readonly onActivity: (documentId: DocumentId, userId: string) => void
  readonly onCommitted: (room: Room) => void
  readonly onIdle: (room: Room) => void
}

export function createRooms(options: RoomsOptions): Rooms {
  const { log, clock, limits, logger } = options
  const slots = new Map<DocumentId, Slot>()

  /** Single-flight: a slot loads once, whoever waits. */
  const load = async (documentId: DocumentId, slot: Slot): Promise<void> => {
    let stored: StoredDocument | null
    try {
      stored = await log.load(documentId)
      if (slots.get(documentId) !== slot || slot.phase.status === 'live') return
      if (stored === null) drop(documentId, slot, CLOSE.noSuchDocument, 'no such document')
      else if (stored.headSeq === 0) awaitSeed(documentId, slot)
      else open(documentId, slot, stored)
    } catch (error) {
      logger.error({ err: error, documentId }, 'document not loaded')
      // Another load may have opened the room meanwhile: to drop it would leave its edits to a second life.
      if (slots.get(documentId) !== slot || slot.phase.status === 'live') return
      drop(documentId, slot, CLOSE.overloaded, 'cannot be loaded at the moment')
    }
  }

  const awaitSeed = (documentId: DocumentId, slot: Slot): void => {
    if (slot.phase.status === 'waiting') return
    const cancel = clock.after(limits.waitingMs, () => drop(documentId, slot, CLOSE.overloaded, 'no content yet'))
    slot.phase = { status: 'waiting', cancel }
    options.onSeedNeeded(documentId)
  }

  const open = (documentId: DocumentId, slot: Slot, stored: StoredDocument): void => {
    if (slot.phase.status === 'waiting') slot.phase.cancel()
    const room: Room = new Room(stored, {
      documentId,
      bootId: options.random.id(),
      queue: options.queue,
      clock,
      limits,
      metrics: options.metrics,
      onActivity: (userId) => options.onActivity(documentId, userId),
      onCommitted: () => options.onCommitted(room),
      reread: () => log.load(documentId),
      onBroken: (reason) => {
        logger.warn({ documentId, reason }, 'log refuses edits of this room')
        const code = reason === 'missing' ? CLOSE.noSuchDocument : CLOSE.overloaded
        drop(documentId, slot, code, 'document changed')
      },
    })
    slot.phase = { status: 'live', room }
    logger.info({ documentId, rows: stored.rows.length, bytes: room.state.size }, 'room loaded')
    for (const channel of slot.waiting) channel.enter(room)
    slot.waiting.clear()
    if (slot.isOutrun) room.catchUp()
    if (room.members.size === 0) linger(documentId, slot)
  }

  const drop = (documentId: DocumentId, slot: Slot, code: number, reason: string): void => {
    if (slots.get(documentId) === slot) slots.delete(documentId)
    slot.cancelLinger?.()
    if (slot.phase.status === 'waiting') slot.phase.cancel()
    for (const channel of [...slot.waiting]) channel.close(code, reason)
    if (slot.phase.status === 'live') slot.phase.room.close(code, reason)
  }

  /** Freed once nobody came back for a while and nothing is left to commit (L4). */
  const linger = (documentId: DocumentId, slot: Slot): void => {
    slot.cancelLinger?.()
    options.queue.flush()
    slot.cancelLinger = clock.after(limits.lingerMs, () => {
      slot.cancelLinger = null
      const room = slot.phase.status === 'live' ? slot.phase.room : null
      if (slot.waiting.size > 0 || (room?.members.size ?? 0) > 0) return
      if (room !== null && !room.isSettled) return linger(documentId, slot)
      slots.delete(documentId)
      if (slot.phase.status === 'waiting') slot.phase.cancel()
      if (room === null) return
      room.free()
      options.onIdle(room)
    })
  }

  return {
    enter(documentId, channel) {
      let slot = slots.get(documentId)
      if (slot === undefined) {
        slot = { waiting: new Set(), phase: { status: 'loading' }, isOutrun: false, cancelLinger: null }
        slots.set(documentId, slot)
        void load(documentId, slot)
      }
      slot.cancelLinger?.()
      slot.cancelLinger = null
      if (slot.phase.status === 'live') channel.enter(slot.phase.room)
      else slot.waiting.add(channel)
    },
    leave(documentId, channel) {
      const slot = slots.get(documentId)
      if (slot === undefined) return
      slot.waiting.delete(channel)
      const members = slot.phase.status === 'live' ? slot.phase.room.members.size : 0
      if (members === 0 && slot.waiting.size === 0) linger(documentId, slot)
    },
    live(documentId) {
      const phase = slots.get(documentId)?.phase
      return phase?.status === 'live' ? phase.room : null
    },
    take(documentId, row) {
      const slot = slots.get(documentId)
      if (slot === undefined) return
      if (slot.phase.status !== 'live') slot.isOutrun = true
      else if (row === null) slot.phase.room.catchUp()
      else slot.phase.room.take(row)
    },
    reload(documentId) {
      const slot = slots.get(documentId)
      if (slot !== undefined && slot.phase.status !== 'live') void load(documentId, slot)
    },
    close(documentId, code, reason) {
      const slot = slots.get(documentId)
      if (slot === undefined) return
      // The room itself stays until its edits are committed, or its next life would load without them.
      const members = slot.phase.status === 'live' ? slot.phase.room.members : []
      for (const member of [...slot.waiting, ...members]) member.close(code, reason)
    },
    *all() {
      for (const slot of slots.values()) if (slot.phase.status === 'live') yield slot.phase.room
    },
    get size() {
      return slots.size
    },
  }
}
