import { type Actor, authorId } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { createGate } from './access/gate.ts'
import { type Amend, createAmender, updatesOf } from './amend.ts'
import { systemClock } from './clock.ts'
import { createCompactor } from './compaction.ts'
import type { Channel } from './connection/channel.ts'
import { openDocumentDoor } from './connection/document-door.ts'
import { type CloseSocket, openMuxDoor } from './connection/mux-door.ts'
import { createHeavyPool } from './heavy/heavy-pool.ts'
import { DEFAULT_LIMITS, type SyncLimits } from './limits.ts'
import type { LineCount } from './heavy/heavy-work.ts'
import { createCommitQueue } from './log/commit-queue.ts'
import type { RowFact } from './log/document-log.ts'
import { actorVerdict } from './access/affected.ts'
import type { SocketLike, SyncOptions } from './ports.ts'
import { createRandom } from './random.ts'
import type { Located, Place, TextRange } from './ranges/text-ranges.ts'
import { createGiveBack } from './room/give-back.ts'
import { createRooms, type Rooms } from './room/rooms.ts'
import { createSeeder } from './seed.ts'

export interface SyncStats {
  readonly rooms: number
  readonly channels: number
  readonly muxSockets: number
  readonly uncommittedBytes: number
  readonly isReady: boolean
}

/** The sync engine of one node. */
export interface Sync {
  /** P2: many documents on this socket */
  connectMux(socket: SocketLike, actor: Actor): void
  /** P1: this document alone, in y-websocket's framing. `epoch` 0 or none: any */
  connectDocument(
    socket: SocketLike,
    actor: Actor,
    documentId: DocumentId,
    options: { ack: boolean; epoch?: number },
  ): void
  /** The text as committed, and the seq it stands at. Throws not_found. */
  readText(documentId: DocumentId): Promise<{ readonly text: string; readonly seq: number }>
  /** The same; null instead of a text that has this SHA-256. */
  readOther(documentId: DocumentId, sha256: string): Promise<{ readonly text: string | null; readonly seq: number }>
  /** The whole state as it was at `seq`, as one update (C2). Throws not_found. */
  textUpdateAt(documentId: DocumentId, seq: number): Promise<Uint8Array>
  /** The text as it was at `seq` (C2). Throws not_found. */
  textAt(documentId: DocumentId, seq: number): Promise<string>
  /** Who wrote what is in the log before `before`, and when: ascending, at least `atLeast` rows, or all there are. */
  historyFacts(documentId: DocumentId, before: number, atLeast: number): Promise<readonly RowFact[]>
  /** What changed from each of these moments to the next; ascending. Throws not_found. */
  lineCounts(documentId: DocumentId, seqs: readonly number[]): Promise<readonly LineCount[]>
  /** Where ranges stand in the text as committed, and the seq it stands at. Throws not_found, or unavailable unseeded. */
  locate(documentId: DocumentId, ranges: readonly TextRange[]): Promise<Located & { readonly seq: number }>
  /** Ranges that hold these places of the text as it was at `seq`, and follow them from there. */
  anchorAt(documentId: DocumentId, seq: number, places: readonly Place[]): Promise<TextRange[]>
  /** An edit by the server, decided and appended in one transaction; rooms get it at once. */
  readonly amend: Amend
  /** L2: only the first seed of a document is taken. */
  seed(documentId: DocumentId, text: string, userId: string): Promise<'seeded' | 'already'>
  /** Ends all channels of a document, with 4404 unless told otherwise. */
  closeDocument(documentId: DocumentId, code?: number, reason?: string): void
  /** Closes every socket with 1012, commits what was accepted (at most `timeoutMs`), then stops. */
  shutdown(timeoutMs?: number): Promise<void>
  stats(): SyncStats
}

const ACTIVITY_MS = 1000

export function createSync(options: SyncOptions): Sync {
  const { log, logger, metrics } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? createRandom(Math.random)
  const limits: SyncLimits = { ...DEFAULT_LIMITS, ...options.limits }
  const heavy = options.heavy ?? createHeavyPool(limits.heavyBytes)
  const queue = createCommitQueue({ log, clock, limits, logger, metrics })
  const compactor = createCompactor({ log, heavy, limits, logger })
  const gate = createGate({ ...options, clock, limits, logger })
  const seedLog = createSeeder({ log, clock, random, limits })
  const muxSockets = new Map<CloseSocket, Actor>()
  const activityAt = new Map<DocumentId, Map<string, number>>()
  let isReady = true

  const noteActivity = (documentId: DocumentId, userId: string): void => {
    const now = clock.now()
    let byUser = activityAt.get(documentId)
    if (byUser === undefined) activityAt.set(documentId, (byUser = new Map()))
    if (now - (byUser.get(userId) ?? Number.NEGATIVE_INFINITY) < ACTIVITY_MS) return
    byUser.set(userId, now)
    options.onActivity(documentId, userId, now)
  }

  const giveBack = createGiveBack({ clock, isQuiet: () => gate.channels.size === 0 })
  const rooms: Rooms = createRooms({
    log,
    queue,
    clock,
    random,
    limits,
    logger,
    metrics,
    onSeedNeeded: options.onSeedNeeded,
    onActivity: noteActivity,
    onCommitted: (room) => compactor.consider(room),
    onIdle(room) {
      compactor.leave(room.documentId, room.rowsSinceSnapshot)
      giveBack.freed(room.state.size)
    },
  })

  const onEnd = (channel: Channel): void => {
    const documentId = gate.channels.get(channel)
    gate.forget(channel)
    if (documentId !== undefined) rooms.leave(documentId, channel)
  }

  const admit = async (
    channel: Channel,
    documentId: DocumentId,
    epoch: number,
    opened?: (channel: Channel) => void,
  ) => {
    if (!isReady) return channel.close(CLOSE.restarting, 'restarting')
    if (!(await gate.admit(channel, documentId, epoch))) return
    opened?.(channel)
    rooms.enter(documentId, channel)
  }

  const stopListening = options.control.subscribe((event) => {
    gate.hear(event)
    for (const [close, actor] of [...muxSockets]) {
      const verdict = actorVerdict(event, actor)
      if (verdict !== null) close(verdict.code, verdict.reason)
    }
  })

  let cancelSweep: () => void
  const sweep = (): void => {
    for (const channel of gate.channels.keys()) if (channel.access !== null) channel.keepAlive()
    for (const room of rooms.all()) room.dropCaches()
    gate.recheck()
    const now = clock.now()
    for (const [documentId, byUser] of activityAt) {
      if ([...byUser.values()].every((at) => now - at >= ACTIVITY_MS)) activityAt.delete(documentId)
    }
    cancelSweep = clock.after(limits.sweepMs, sweep)
  }
  cancelSweep = clock.after(limits.sweepMs, sweep)

  const socketsOf = (actor: Actor): number => {
    const id = authorId(actor)
    let count = 0
    for (const other of muxSockets.values()) if (authorId(other) === id) count++
    return count
  }

  /** Resolves once the edits accepted so far are committed, or after `timeoutMs`. */
  const settled = async (isSettled: () => boolean, timeoutMs: number): Promise<boolean> => {
    const deadline = clock.now() + timeoutMs
    while (!isSettled()) {
      if (clock.now() >= deadline) return false
      queue.flush()
      await new Promise<void>((resolve) => clock.after(limits.commitTickMs, resolve))
    }
    return true
  }

  const documentSettled = async (documentId: DocumentId): Promise<void> => {
    const room = rooms.live(documentId)
    const target = room?.uncommitted.lastOrdinal ?? 0
    if (room !== null) await settled(() => room.uncommitted.durableOrdinal >= target, 1000)
  }

  /** The document as committed. What a settled room holds is the same, and need not travel here once more. */
  const committed = async (documentId: DocumentId): Promise<{ updates: Uint8Array[]; seq: number }> => {
    await documentSettled(documentId)
    const held = rooms.live(documentId)?.committed() ?? null
    if (held !== null) return { updates: [held.update], seq: held.seq }
    const stored = await log.load(documentId)
    if (stored === null) throw new AppError('not_found')
    const rows = stored.rows.map((row) => row.bytes)
    return { updates: stored.snapshot === null ? rows : [stored.snapshot, ...rows], seq: stored.headSeq }
  }

  const historyAt = async (documentId: DocumentId, seq: number): Promise<Uint8Array[]> => {
    const slice = await log.history(documentId, seq)
    if (slice === null) throw new AppError('not_found')
    return slice.base === null ? [...slice.updates] : [slice.base, ...slice.updates]
  }

  return {
    connectMux(socket, actor) {
      if (!isReady) return socket.close(CLOSE.restarting, 'restarting')
      if (socketsOf(actor) >= limits.socketsPerUser) return socket.close(CLOSE.overloaded, 'too many connections')
      const close = openMuxDoor(socket, actor, {
        clock,
        limits,
        onEnd,
        admit: (channel, documentId, epoch, opened) =>
          admit(channel, documentId, epoch, ({ access, canWrite }) => opened(access?.epoch ?? 0, !canWrite)),
      })
      muxSockets.set(close, actor)
      socket.onClose(() => muxSockets.delete(close))
    },
    connectDocument(socket, actor, documentId, { ack, epoch = 0 }) {
      void admit(openDocumentDoor(socket, actor, ack, { clock, limits, onEnd }), documentId, epoch)
    },
    async readText(documentId) {
      const { updates, seq } = await committed(documentId)
      return { text: await heavy.text(updates), seq }
    },
    async readOther(documentId, sha256) {
      const { updates, seq } = await committed(documentId)
      return { text: await heavy.otherText(updates, sha256), seq }
    },
    async textUpdateAt(documentId, seq) {
      return heavy.compact(await historyAt(documentId, seq))
    },
    textAt: async (documentId, seq) => heavy.text(await historyAt(documentId, seq)),
    historyFacts: (documentId, before, atLeast) => log.facts(documentId, before, atLeast),
    async lineCounts(documentId, seqs) {
      const [first, last] = [seqs[0], seqs.at(-1)]
      if (first === undefined || last === undefined) return []
      const range = await log.range(documentId, first, last)
      if (range === null) throw new AppError('not_found')
      const updates = range.rows.map((row) => row.bytes)
      if (range.base !== null) updates.unshift(range.base)
      const shift = range.base === null ? range.baseSeq : range.baseSeq - 1
      return heavy.lineCounts(
        updates,
        seqs.map((seq) => seq - shift),
      )
    },
    async locate(documentId, ranges) {
      await documentSettled(documentId)
      const stored = await log.load(documentId)
      if (stored === null) throw new AppError('not_found')
      return { ...(await heavy.locate(updatesOf(stored), ranges)), seq: stored.headSeq }
    },
    anchorAt: async (documentId, seq, places) => heavy.anchor(await historyAt(documentId, seq), places),
    amend: createAmender({
      log,
      heavy,
      random,
      limits,
      settled: documentSettled,
      onRow: rooms.take,
      onActivity: noteActivity,
    }),
    async seed(documentId, text, userId) {
      const outcome = await seedLog(documentId, text, userId)
      rooms.reload(documentId)
      return outcome
    },
    closeDocument: (documentId, code = CLOSE.noSuchDocument, reason = 'document closed') =>
      rooms.close(documentId, code, reason),
    async shutdown(timeoutMs = 10_000) {
      if (!isReady) return
      isReady = false
      stopListening()
      for (const close of [...muxSockets.keys()]) close(CLOSE.restarting, 'restarting')
      for (const channel of [...gate.channels.keys()]) channel.close(CLOSE.restarting, 'restarting')
      const isSettled = await settled(() => [...rooms.all()].every((room) => room.isSettled), timeoutMs)
      if (!isSettled) logger.error({ bytes: queue.bytes }, 'shut down with edits that were never acknowledged')
      cancelSweep()
      giveBack.stop()
      queue.stop()
      compactor.stop()
      await compactor.idle
      for (const room of rooms.all()) room.free()
      await heavy.stop()
    },
    stats: () => ({
      rooms: rooms.size,
      channels: gate.channels.size,
      muxSockets: muxSockets.size,
      uncommittedBytes: queue.bytes,
      isReady,
    }),
  }
}
