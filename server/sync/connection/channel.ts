import { type Actor, authorId } from '#shared/access/actor.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import type { Clock } from '../clock.ts'
import type { SyncLimits } from '../limits.ts'
import { decodeMessage, KEEP_ALIVE } from '../messages.ts'
import type { GrantedAccess } from '../ports.ts'
import type { Lag } from '../room/lag.ts'
import type { HeldFrame, Member } from '../room/member.ts'
import type { Room } from '../room/room.ts'
import { Malformed } from '../update/bytes.ts'
import { Acks } from './acks.ts'
import { type Link, type OutFrame, outFrame } from './link.ts'
import { RateLimit } from './rate-limit.ts'

export interface ChannelOptions {
  readonly actor: Actor
  readonly link: Link
  readonly clock: Clock
  readonly limits: SyncLimits
  /** called once, when the channel ends for whatever reason */
  readonly onEnd: (channel: Channel) => void
}

/** One client in one document, by whichever door it came. */
export class Channel implements Member {
  readonly actor: Actor
  readonly userId: string
  readonly acks = new Acks()
  access: GrantedAccess | null = null
  checkedAt: number
  canWrite = false
  isUnverified = false
  isSynced = false
  hasAnswered = false
  held: HeldFrame[] = []
  heldBytes = 0
  askedAt = Number.NEGATIVE_INFINITY
  clientId: number | null = null
  yieldedId: number | null = null
  lag: Lag | null = null
  needsAwareness = false
  sentAt: number
  isClosed = false
  private room: Room | null = null
  private readonly link: Link
  private readonly options: ChannelOptions
  private readonly rate: RateLimit
  private inbox: Uint8Array[] = []
  private inboxBytes = 0
  /** bytes of the initial state that may stand beyond the back-pressure bound until they have left (F2) */
  private initialBytes = 0
  private cancelWait: (() => void) | null = null
  /** what it has not taken yet, and since when that has not become less */
  private unread: { readonly backlog: number; readonly since: number } | null = null

  constructor(options: ChannelOptions) {
    const { actor, link, clock, limits } = options
    this.options = options
    this.actor = actor
    this.userId = authorId(actor) ?? 'anonymous'
    this.link = link
    this.rate = new RateLimit(limits, clock.now())
    this.sentAt = this.checkedAt = clock.now()
  }

  get user(): AwarenessUser {
    if (this.access === null) throw new Error('a channel has no user before its access is granted')
    return this.access.user
  }

  get wantsAcks(): boolean {
    return this.link.wantsAcks
  }

  grant(access: GrantedAccess): void {
    this.access = access
    this.canWrite = access.canWrite
    this.isUnverified = false
    this.checkedAt = this.options.clock.now()
  }

  /** The room is live: what waited is judged now (L3). */
  enter(room: Room): void {
    if (this.isClosed) return
    this.room = room
    room.join(this)
    this.drain()
  }

  receive(message: Uint8Array): void {
    if (this.isClosed) return
    const { limits } = this.options
    if (message.length > limits.frameBytes) {
      this.close(CLOSE.tooBig, 'frame too big')
      return
    }
    this.inbox.push(message)
    this.inboxBytes += message.length
    if (this.inbox.length > limits.inboxMessages) this.close(CLOSE.overloaded, 'too many messages at once')
    else if (this.room === null) {
      if (this.inboxBytes > limits.waitingBytes) this.close(CLOSE.overloaded, 'not loaded yet')
    } else if (this.cancelWait === null) this.drain()
    else if (this.inboxBytes > limits.windowBytes + limits.frameBytes) this.close(CLOSE.overloaded, 'window exceeded')
  }

  private drain(): void {
    const { clock, link } = this.options
    let handled = 0
    while (handled < this.inbox.length && !this.isClosed) {
      const message = this.inbox[handled] as Uint8Array
      const waitMs = this.patienceMs() ?? this.rate.take(message.length, clock.now())
      if (this.isClosed) return
      if (waitMs > 0) {
        link.pause()
        this.cancelWait = clock.after(waitMs, () => {
          this.cancelWait = null
          this.drain()
          if (this.cancelWait === null && !this.isClosed) link.resume()
        })
        break
      }
      handled++
      this.inboxBytes -= message.length
      this.handle(message)
      if (!this.isClosed) link.handled(message.length)
    }
    this.inbox.splice(0, handled)
  }

  /**
   * Each question may be answered with the whole state: who asks on without reading the answers waits, for otherwise
   * they would fill our memory. Null: it has taken enough.
   */
  private patienceMs(): number | null {
    const { clock, limits, link } = this.options
    const backlog = link.backlog()
    if (backlog <= limits.unreadBytes) {
      this.unread = null
      return null
    }
    const now = clock.now()
    if (this.unread === null || backlog < this.unread.backlog) this.unread = { backlog, since: now }
    else if (now - this.unread.since >= limits.lagMs) this.close(CLOSE.overloaded, 'too slow')
    return limits.lagPollMs
  }

  private handle(bytes: Uint8Array): void {
    const room = this.room as Room
    try {
      const message = decodeMessage(bytes)
      switch (message.type) {
        case 'step1':
          return room.answerStep1(this, message.vector)
        case 'content':
          return room.receive(this, message.update, message.isStep2)
        case 'awareness':
          return room.awareness.receive(this, message.update)
        case 'queryAwareness':
          return room.awareness.refresh(this)
        case 'unknown':
          return this.close(CLOSE.contentRefused, 'unknown message')
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.close(CLOSE.undecodable, error.message)
    }
  }

  backlog(): number {
    return this.link.backlog()
  }

  canTake(): boolean {
    const backlog = this.link.backlog()
    if (backlog < this.options.limits.lagEndBytes) this.initialBytes = 0
    return this.link.hasCredit() && backlog <= this.options.limits.lagStartBytes + this.initialBytes
  }

  hasRecovered(): boolean {
    return this.link.hasCredit() && this.link.backlog() < this.options.limits.lagEndBytes
  }

  send(frame: OutFrame): void {
    if (this.isClosed) return
    this.sentAt = this.options.clock.now()
    this.link.send(frame)
  }

  sendInitial(frame: OutFrame): void {
    this.initialBytes += frame.message.length
    this.send(frame)
  }

  /** P3: something, before the client takes the silence for a dead link. */
  keepAlive(): void {
    if (this.options.clock.now() - this.sentAt >= this.options.limits.silenceMs) this.send(outFrame(KEEP_ALIVE))
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return
    this.end()
    this.link.close(code, reason)
  }

  /** The client is gone, or was told to go. */
  end(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.cancelWait?.()
    this.inbox = []
    this.held = []
    this.room?.leave(this)
    this.room = null
    this.options.onEnd(this)
  }
}
