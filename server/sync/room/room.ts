import type { DocumentId } from '#shared/ids.ts'
import type { Clock } from '../clock.ts'
import { outFrame } from '../connection/link.ts'
import type { SyncLimits } from '../limits.ts'
import type { CommitQueue } from '../log/commit-queue.ts'
import type { ClientClaim, StoredDocument } from '../log/document-log.ts'
import { acknowledgedMessage, markMessage, step1Message, step2Around } from '../messages.ts'
import type { SyncMetrics } from '../ports.ts'
import { DocumentState } from '../update/document-state.ts'
import type { AcceptedUpdate } from '../update/encode-update.ts'
import { scanStored } from '../update/scan-update.ts'
import { RoomAwareness } from './awareness.ts'
import { FanOut } from './fan-out.ts'
import { JoinFrames } from './join-frame.ts'
import type { Member } from './member.ts'
import { receiveContent, retryHeld } from './receive-content.ts'
import { Uncommitted } from './uncommitted.ts'

export interface RoomOptions {
  readonly documentId: DocumentId
  readonly bootId: string
  readonly queue: CommitQueue
  readonly clock: Clock
  readonly limits: SyncLimits
  readonly metrics?: SyncMetrics | undefined
  readonly onActivity: (userId: string) => void
  readonly onCommitted: () => void
  /** reads the log again, for rows that came in without us */
  readonly reread: () => Promise<StoredDocument | null>
  /** the log will not take our edits: the room must end and load again */
  readonly onBroken: (reason: 'refused' | 'missing') => void
}

/** A row of the log that no room of this node wrote. */
export interface ForeignRow {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly claims: readonly ClientClaim[]
}

/** A live document: seeded, loaded, with members. */
export class Room {
  readonly members = new Set<Member>()
  /** members with held frames */
  readonly holders = new Set<Member>()
  isRetrying = false
  readonly owners: Map<number, string>
  readonly awareness: RoomAwareness
  readonly uncommitted: Uncommitted
  readonly limits: SyncLimits
  readonly clock: Clock
  readonly documentId: DocumentId
  state: DocumentState
  rowsSinceSnapshot: number
  bytesSinceSnapshot: number
  private readonly fanOut: FanOut
  private readonly joinFrames = new JoinFrames()
  private readonly options: RoomOptions
  private readonly ackers = new Set<Member>()
  private isAckScheduled = false
  private cancelMark: (() => void) | null = null
  private quietSince = 0
  private cancelHeld: (() => void) | null = null
  private recording: AcceptedUpdate[] | null = null
  /** rows of the log that are not in the state yet: no seq may be vouched for */
  private isBehind = false
  private readings = 0
  private isClosed = false

  /** Keeps nothing of `stored` but the state made of it. Throws where the stored rows do not follow each other (L1). */
  constructor(stored: StoredDocument, options: RoomOptions) {
    const { documentId, clock, limits } = options
    this.options = options
    this.documentId = documentId
    this.clock = clock
    this.limits = limits
    this.state = stateOf(stored)
    this.owners = new Map(stored.claims.map((claim) => [claim.clientId, claim.userId]))
    this.rowsSinceSnapshot = stored.rows.length
    this.bytesSinceSnapshot = stored.rows.reduce((size, row) => size + row.bytes.length, 0)
    this.awareness = new RoomAwareness({ members: this.members, owners: this.owners, clock, limits })
    this.fanOut = new FanOut({
      members: this.members,
      state: () => this.state,
      clock,
      limits,
      onFlushed: () => this.uncommitted.commit(),
    })
    this.uncommitted = new Uncommitted({
      documentId,
      bootId: options.bootId,
      headSeq: stored.headSeq,
      queue: options.queue,
      onCommitted: (row) => {
        this.rowsSinceSnapshot++
        this.bytesSinceSnapshot += row.bytes
        this.sendAcks()
        this.scheduleMark()
        options.onCommitted()
      },
      onGap: () => this.catchUp(),
      onRejected: options.onBroken,
    })
  }

  /** The whole state and its seq, where all of it is committed and nothing committed is missing in it; null otherwise. */
  committed(): { readonly update: Uint8Array; readonly seq: number } | null {
    if (!this.isSettled || this.isBehind || this.isClosed) return null
    return { update: this.state.encodeSince(new Map()), seq: this.uncommitted.headSeq }
  }

  get isSettled(): boolean {
    return this.uncommitted.bytes === 0 && this.uncommitted.lastOrdinal === this.uncommitted.durableOrdinal
  }

  join(member: Member): void {
    this.members.add(member)
    // A viewer would answer even with nothing (A2).
    if (member.canWrite) this.ask(member)
  }

  leave(member: Member): void {
    if (!this.members.delete(member)) return
    this.ackers.delete(member)
    this.holders.delete(member)
    this.awareness.leave(member)
    this.retryHeld()
  }

  /**
   * Asks for what the client has and we lack, and for the last unit we know of each of its person's client ids: it
   * shows whether somebody else wrote under them while they were away (A4).
   */
  ask(member: Member, has?: ReadonlyMap<number, number>): void {
    member.askedAt = this.clock.now()
    const atMost = new Map<number, number>()
    for (const [client, userId] of this.owners) {
      if (userId !== member.userId) continue
      const clock = this.state.clockOf(client)
      atMost.set(client, Math.max(0, Math.min(clock, has?.get(client) ?? clock) - 1))
    }
    member.send(outFrame(step1Message(this.state.encodeVector(atMost))))
  }

  answerStep1(member: Member, vector: ReadonlyMap<number, number>): void {
    // It must tell its last unit before ours arrive and join it.
    if (member.canWrite && this.hasLessOfItsOwn(member, vector)) this.ask(member, vector)
    const isCold = [...vector.values()].every((clock) => clock === 0)
    if (isCold) for (const frame of this.joinFrames.frames(this.state)) member.sendInitial(frame)
    else member.sendInitial(outFrame(step2Around((room) => this.state.encodeSince(vector, room))))
    member.isSynced = true
    // The answer holds everything, so whatever was missed is made good.
    member.lag = null
    this.awareness.refresh(member)
    if (member.wantsAcks) this.scheduleMark()
  }

  private hasLessOfItsOwn(member: Member, vector: ReadonlyMap<number, number>): boolean {
    for (const [client, clock] of vector) {
      if (clock > 0 && clock < this.state.clockOf(client) && this.owners.get(client) === member.userId) return true
    }
    return false
  }

  receive(member: Member, update: Uint8Array, isStep2: boolean): void {
    receiveContent(this, member, update, isStep2)
  }

  /** Takes in what is new, hands it to everyone else at once and to the log (D3). */
  accept(
    update: AcceptedUpdate,
    sender: Member | null,
    userIds: readonly string[],
    claims: readonly { clientId: number; userId: string }[],
  ): number {
    this.state.integrate(update)
    this.recording?.push(update)
    for (const claim of claims) this.owners.set(claim.clientId, claim.userId)
    this.joinFrames.push(update)
    this.fanOut.push(update, sender)
    for (const userId of userIds) this.options.onActivity(userId)
    return this.uncommitted.push(update, userIds, claims)
  }

  /** Takes in a row that was written past this room, and hands it to everyone. */
  take({ seq, bytes, claims }: ForeignRow): void {
    const isNext = !this.isBehind && seq === this.uncommitted.headSeq + 1
    const scan = isNext ? scanStored(bytes, this.state) : null
    if (scan?.status !== 'novel') return this.catchUp()
    this.absorb(bytes)
    for (const claim of claims) this.owners.set(claim.clientId, claim.userId)
    this.uncommitted.adopt(seq)
    this.rowsSinceSnapshot++
    this.bytesSinceSnapshot += bytes.length
    this.scheduleMark()
    this.options.onCommitted()
    this.retryHeld()
  }

  /** Takes in what the log has and we have not; tried again until it is done. */
  catchUp(): void {
    const reading = ++this.readings
    this.isBehind = true
    const again = (): void => {
      if (!this.isClosed) this.clock.after(this.limits.unavailableRetryMs, () => this.catchUp())
    }
    this.options.reread().then((stored) => {
      if (stored === null || this.isClosed) return
      const updates = stored.rows.map((row) => row.bytes)
      if (stored.snapshot !== null) updates.unshift(stored.snapshot)
      for (const bytes of updates) this.absorb(bytes)
      for (const claim of stored.claims) this.owners.set(claim.clientId, claim.userId)
      this.uncommitted.adopt(stored.headSeq)
      // A later reading was begun for a row that this one may lack.
      this.isBehind = reading !== this.readings
      this.scheduleMark()
      this.retryHeld()
    }, again)
  }

  private absorb(bytes: Uint8Array): void {
    const scan = scanStored(bytes, this.state)
    if (scan.status !== 'novel') return
    this.state.integrate(scan.update)
    this.recording?.push(scan.update)
    this.joinFrames.push(scan.update)
    this.fanOut.push(scan.update, null)
  }

  /** Uncommitted edits are bounded in each room and in all of them (D5). */
  get isFull(): boolean {
    return (
      this.uncommitted.bytes > this.limits.uncommittedRoomBytes ||
      this.options.queue.bytes > this.limits.uncommittedBytes
    )
  }

  retryHeld(): void {
    retryHeld(this)
  }

  /** Judges held frames again, after those being judged now. */
  retrySoon(): void {
    this.clock.soon(() => this.retryHeld())
  }

  /** Looks at held frames until none is left: some become old without anything happening. */
  scheduleHeld(): void {
    this.cancelHeld ??= this.clock.after(this.limits.askAgainMs, () => {
      this.cancelHeld = null
      this.retryHeld()
    })
  }

  /** Acknowledges what of the member's is durable already; the rest is told of at its commit. */
  ackSoon(member: Member): void {
    this.ackers.add(member)
    if (this.isAckScheduled || !member.acks.isDue(this.uncommitted.durableOrdinal)) return
    this.isAckScheduled = true
    this.clock.soon(() => {
      this.isAckScheduled = false
      this.sendAcks()
    })
  }

  private sendAcks(): void {
    const durable = this.uncommitted.durableOrdinal
    const now = this.clock.now()
    for (const member of this.ackers) {
      const settled = member.acks.settle(durable)
      if (member.acks.pending === 0) this.ackers.delete(member)
      if (settled === null) continue
      this.options.metrics?.acknowledged(settled.frames, now - settled.oldestAt)
      if (member.wantsAcks) member.send(outFrame(acknowledgedMessage(settled.count, this.uncommitted.headSeq)))
    }
  }

  /** One timer while people type, however many keys: it looks how long the quiet has lasted, and waits for the rest. */
  private scheduleMark(): void {
    this.quietSince = this.clock.now()
    this.cancelMark ??= this.clock.after(this.limits.markQuietMs, () => this.markWhenQuiet())
  }

  private markWhenQuiet(): void {
    const leftMs = this.quietSince + this.limits.markQuietMs - this.clock.now()
    this.cancelMark = leftMs > 0 ? this.clock.after(leftMs, () => this.markWhenQuiet()) : null
    if (leftMs > 0) return
    // What is not settled yet schedules the mark again at its commit.
    if (!this.isSettled || !this.fanOut.isIdle || this.isBehind) return
    const frame = outFrame(markMessage(this.uncommitted.headSeq))
    for (const member of this.members) {
      if (member.wantsAcks && member.isSynced && member.lag === null && member.canTake()) member.send(frame)
    }
  }

  /** Replaces the state by an equal one that takes less memory; what is accepted meanwhile is added to it. */
  async shrink(compact: (state: Uint8Array) => Promise<Uint8Array>): Promise<void> {
    if (this.recording !== null) return
    const recorded: AcceptedUpdate[] = []
    this.recording = recorded
    try {
      const bytes = await compact(this.state.encodeSince(new Map()))
      const state = new DocumentState()
      state.load(bytes)
      for (const update of recorded) state.integrate(update)
      this.state = state
      this.joinFrames.drop()
    } finally {
      this.recording = null
    }
  }

  /** Memory that only convenience holds. */
  dropCaches(): void {
    this.joinFrames.drop()
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return
    this.fanOut.flush()
    for (const member of [...this.members]) member.close(code, reason)
    this.free()
  }

  free(): void {
    this.isClosed = true
    this.fanOut.stop()
    this.awareness.stop()
    this.cancelMark?.()
    this.cancelHeld?.()
  }
}

function stateOf(stored: StoredDocument): DocumentState {
  const state = new DocumentState()
  if (stored.snapshot !== null) state.load(stored.snapshot)
  let seq = stored.snapshotSeq
  for (const row of stored.rows) {
    if (row.seq !== ++seq) throw new Error(`row ${row.seq} follows row ${seq - 1}`)
    state.load(row.bytes)
  }
  if (seq !== stored.headSeq) throw new Error(`rows end at ${seq}, the head is ${stored.headSeq}`)
  return state
}
