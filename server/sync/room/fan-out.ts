import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { Clock } from '../clock.ts'
import { outFrame } from '../connection/link.ts'
import type { SyncLimits } from '../limits.ts'
import { updateMessage } from '../messages.ts'
import type { DocumentState } from '../update/document-state.ts'
import { type AcceptedUpdate, mergeAccepted } from '../update/encode-update.ts'
import { Lag } from './lag.ts'
import type { Member } from './member.ts'

/** Sends what was accepted to everyone else: at once in small rooms, in windows in large ones (F1, F2). */
export interface FanOut {
  readonly isIdle: boolean
  push(update: AcceptedUpdate, sender: Member | null): void
  flush(): void
  stop(): void
}

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

export function createFanOut({ members, state, clock, limits, onFlushed }: Options): FanOut {
  let updates: AcceptedUpdate[] = []
  let onlySender: Member | null = null
  let isScheduled = false
  let lastFlushAt = Number.NEGATIVE_INFINITY
  let cancelPoll: (() => void) | null = null
  let isStopped = false

  /**
   * Sending costs members × frames. An edit after a quiet time goes out at once; while people type, each frame waits
   * a whole window for company, longer the more members there are.
   */
  const windowMs = (): number => {
    if (members.size <= limits.coalesceMembers) return 0
    const ms = Math.min(limits.coalesceMaxMs, limits.coalesceMinMs + members.size / 8)
    return clock.now() - lastFlushAt >= QUIET_WINDOWS * ms ? 0 : ms
  }

  const flush = (): void => {
    if (updates.length === 0 || isStopped) return
    lastFlushAt = clock.now()
    const sent = updates
    const sender = onlySender
    updates = []
    onlySender = null
    const frame = outFrame(updateMessage(mergeAccepted(sent)))
    for (const member of members) {
      if (member === sender || !member.isSynced) continue
      if (member.lag !== null) member.lag.add(sent)
      else if (member.canTake()) member.send(frame)
      else {
        member.lag = new Lag(clock.now(), member.backlog())
        member.lag.add(sent)
        cancelPoll ??= clock.after(limits.lagPollMs, poll)
      }
    }
    onFlushed()
  }

  /** Slow readers are looked at only while there are any. */
  const poll = (): void => {
    cancelPoll = null
    let isAnyoneLagging = false
    for (const member of members) {
      if (member.lag === null) continue
      catchUp(member, member.lag)
      if (member.lag !== null) isAnyoneLagging = true
    }
    if (isAnyoneLagging && !isStopped) cancelPoll = clock.after(limits.lagPollMs, poll)
  }

  const catchUp = (member: Member, lag: Lag): void => {
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

  return {
    get isIdle() {
      return updates.length === 0
    },
    push(update, sender) {
      onlySender = updates.length === 0 || onlySender === sender ? sender : null
      updates.push(update)
      if (isScheduled) return
      isScheduled = true
      const run = (): void => {
        isScheduled = false
        flush()
      }
      const ms = windowMs()
      if (ms === 0) clock.soon(run)
      else clock.after(ms, run)
    },
    flush,
    stop() {
      isStopped = true
      cancelPoll?.()
    },
  }
}
