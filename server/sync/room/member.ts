import type { Actor } from '#shared/access/actor.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import type { OutFrame } from '../connection/link.ts'
import type { Acks } from '../connection/acks.ts'
import type { Lag } from './lag.ts'

/** A content frame that builds on something unknown, kept until that arrives (D6). */
export interface HeldFrame {
  readonly update: Uint8Array
  readonly isStep2: boolean
  readonly ticket: number
  readonly heldAt: number
}

/** A channel as its room sees it. */
export interface Member {
  readonly actor: Actor
  /** who stands in the log for what this member writes */
  readonly userId: string
  readonly user: AwarenessUser
  readonly wantsAcks: boolean
  readonly acks: Acks
  canWrite: boolean
  /** access could not be asked for in too long: it may not write, though it may try again (A3) */
  isUnverified: boolean
  /** its SyncStep1 has been answered: from then on it gets updates */
  isSynced: boolean
  /** its answer to our SyncStep1 has come: what it held back from us is known or held */
  hasAnswered: boolean
  held: HeldFrame[]
  heldBytes: number
  askedAt: number
  /** the one client id of this channel, once it is known (F3) */
  clientId: number | null
  /** an id that another channel of the same editor took over, and gives back if it ends first */
  yieldedId: number | null
  lag: Lag | null
  needsAwareness: boolean
  sentAt: number
  /** room left before back-pressure begins (F2) */
  canTake(): boolean
  hasRecovered(): boolean
  backlog(): number
  send(frame: OutFrame): void
  sendInitial(frame: OutFrame): void
  close(code: number, reason: string): void
}
