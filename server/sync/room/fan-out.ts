import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { Clock } from '../clock.ts'
import { type OutFrame, outFrame } from '../connection/link.ts'
import type { SyncLimits } from '../limits.ts'
import { updateMessage } from '../messages.ts'
import type { DocumentState } from '../update/document-state.ts'
import { type AcceptedUpdate, mergeAccepted } from '../update/encode-update.ts'
import { Lag } from './lag.ts'
import type { Member } from './member.ts'

/** Without a frame for this many windows, nobody is typing. */
const QUIET_WINDOWS = 4

interface Options {
  readonly members: ReadonlySet<Member>
  readonly state: () => DocumentState
  readonly clock: Clock
  readonly limits: SyncLimits
  /** what was pushed so far has been sent */
  readonly onFlushed: () => void
}

/** Sends what was accepted to everyone else: at once in small rooms, in windows in large ones (F1, F2). */
export class FanOut {
  private readonly options: Options
  private updates: AcceptedUpdate[] = []
  private onlySender: Member | null = null
  private isScheduled = false
  private lastFlushAt = Number.NEGATIVE_INFINITY
  private cancelPoll: (() => void) | null = null
  private isStopped = false

  constructor(options: Options) {
    this.options = options
  }

  get isIdle(): boolean {
    return this.updates.length === 0
  }

  push(update: AcceptedUpdate, sender: Member | null): void {
    this.onlySender = this.updates.length === 0 || this.onlySender === sender ? sender : null
    this.updates.push(update)
    if (this.isScheduled) return
    this.isScheduled = true
    const run = (): void => {
      this.isScheduled = false
      this.flush()
    }
    const ms = this.windowMs()
    if (ms === 0) this.options.clock.soon(run)
    else this.options.clock.after(ms, run)
  }

  flush(): void {
    if (this.updates.length === 0 || this.isStopped) return
    const { members, clock, limits, onFlushed } = this.options
    this.lastFlushAt = clock.now()
    const sent = this.updates
    const sender = this.onlySender
    this.updates = []
    this.onlySender = null
    // Whoever writes alone has nobody to encode for.
    let frame: OutFrame | null = null
    for (const member of members) {
      if (member === sender || !member.isSynced) continue
      if (member.lag !== null) member.lag.add(sent)
      else if (member.canTake()) member.send((frame ??= outFrame(updateMessage(mergeAccepted(sent)))))
      else {
        member.lag = new Lag(clock.now(), member.backlog())
        member.lag.add(sent)
        this.cancelPoll ??= clock.after(limits.lagPollMs, () => this.poll())
      }
    }
    onFlushed()
  }

  stop(): void {
    this.isStopped = true
    this.cancelPoll?.()
  }

  /**
   * Sending costs members × frames. An edit after a quiet time goes out at once; while people type, each frame waits
   * a whole window for company, longer the more members there are.
   */
  private windowMs(): number {
    const { members, clock, limits } = this.options
    if (members.size <= limits.coalesceMembers) return 0
    const ms = Math.min(limits.coalesceMaxMs, limits.coalesceMinMs + members.size / 8)
    return clock.now() - this.lastFlushAt >= QUIET_WINDOWS * ms ? 0 : ms
  }

  /** Slow readers are looked at only while there are any. */
  private poll(): void {
    const { members, clock, limits } = this.options
    this.cancelPoll = null
    let isAnyoneLagging = false
    for (const member of members) {
      if (member.lag === null) continue
      this.catchUp(member, member.lag)
      if (member.lag !== null) isAnyoneLagging = true
    }
    if (isAnyoneLagging && !this.isStopped) this.cancelPoll = clock.after(limits.lagPollMs, () => this.poll())
  }

  private catchUp(member: Member, lag: Lag): void {
    const { clock, limits, state } = this.options
    const backlog = member.backlog()
    if (member.hasRecovered()) {
      member.lag = null
      member.needsAwareness = true
      member.send(outFrame(updateMessage(state().encodeTail(lag.from, lag.deletes))))
      return
    }
    if (backlog < lag.backlog) lag.progressAt = clock.now()
    lag.backlog = backlog
    if (clock.now() - lag.progressAt >= limits.lagMs) member.close(CLOSE.overloaded, 'too slow')
  }
}
