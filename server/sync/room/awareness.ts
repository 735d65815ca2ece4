import type { Clock } from '../clock.ts'
import { outFrame } from '../connection/link.ts'
import type { SyncLimits } from '../limits.ts'
import { awarenessMessage } from '../messages.ts'
import { decodeEntries, encodeEntry, withUser } from './awareness-entries.ts'
import type { Member } from './member.ts'

interface Presence {
  readonly member: Member
  readonly state: string
  /** the entry as peers get it */
  readonly bytes: Uint8Array
  readonly changedAt: number
}

interface Options {
  readonly members: ReadonlySet<Member>
  readonly owners: ReadonlyMap<number, string>
  readonly clock: Clock
  readonly limits: SyncLimits
}

/** Who is in a document and where their cursors are; lives as long as its room (F3). */
export class RoomAwareness {
  private readonly options: Options
  private readonly present = new Map<number, Presence>()
  /** clients to be announced at the next tick; the bytes of those that left */
  private readonly changed = new Map<number, Uint8Array>()
  private lastClock = 0
  private cancelTick: (() => void) | null = null

  constructor(options: Options) {
    this.options = options
  }

  get clientIds(): ReadonlySet<number> {
    return new Set(this.present.keys())
  }

  /** Throws Malformed. */
  receive(member: Member, update: Uint8Array): void {
    for (const { clientId, state } of decodeEntries(update)) {
      if (member.clientId === null && (state === 'null' || !this.bind(member, clientId))) continue
      // Stock clients echo what they hear of others; one channel speaks for one client.
      if (clientId !== member.clientId) continue
      if (state === 'null') this.remove(clientId)
      else this.set(member, clientId, state)
    }
  }

  /** Everything anew for this member, at the next tick. */
  refresh(member: Member): void {
    member.needsAwareness = true
    this.schedule()
  }

  leave(member: Member): void {
    const { clientId } = member
    const presence = clientId === null ? undefined : this.present.get(clientId)
    if (clientId === null || presence?.member !== member) return
    const heir = [...this.options.members].find((other) => other.yieldedId === clientId && other.clientId === null)
    if (heir === undefined) return this.remove(clientId)
    heir.clientId = clientId
    heir.yieldedId = null
    this.present.set(clientId, { ...presence, member: heir })
  }

  stop(): void {
    this.cancelTick?.()
  }

  /**
   * Peers ignore a clock they have seen, even after its client left and came back, so the server writes its own:
   * the time, which also rises over restarts.
   */
  private nextClock(): number {
    return (this.lastClock = Math.max(this.lastClock + 1, this.options.clock.now()))
  }

  private schedule(): void {
    const { clock, limits } = this.options
    this.cancelTick ??= clock.after(limits.awarenessMs, () => this.tick())
  }

  /** A client that comes back still holds the clocks it saw, without the states: it takes only newer ones. */
  private renewClocks(): void {
    const clock = this.nextClock()
    for (const [clientId, presence] of this.present) {
      this.present.set(clientId, { ...presence, bytes: encodeEntry({ clientId, clock, state: presence.state }) })
    }
  }

  private tick(): void {
    const { members } = this.options
    const { changed, present } = this
    this.cancelTick = null
    let isAnyoneLate = false
    if ([...members].some((member) => member.needsAwareness)) this.renewClocks()
    const shared = outFrame(awarenessMessage([...changed.values()]))
    for (const member of members) {
      // It gets everything when it is synced, or has caught up.
      if (!member.isSynced || member.lag !== null) continue
      if (!member.canTake()) {
        member.needsAwareness = true
        isAnyoneLate = true
        continue
      }
      const own = member.clientId
      if (member.needsAwareness) {
        member.needsAwareness = false
        const others = [...present].filter(([clientId]) => clientId !== own).map(([, presence]) => presence.bytes)
        if (others.length > 0) member.send(outFrame(awarenessMessage(others)))
      } else if (own !== null && changed.has(own)) {
        // y-protocols would take its own state back from us, and echo it.
        const others = [...changed].filter(([clientId]) => clientId !== own).map(([, bytes]) => bytes)
        if (others.length > 0) member.send(outFrame(awarenessMessage(others)))
      } else if (changed.size > 0) member.send(shared)
    }
    changed.clear()
    if (isAnyoneLate) this.schedule()
  }

  /** A channel has one client id: the first it speaks for, unless that is somebody else's. */
  private bind(member: Member, clientId: number): boolean {
    const { members, owners } = this.options
    const owner = owners.get(clientId)
    if (owner !== undefined && owner !== member.userId) return false
    for (const other of members) {
      if (other === member || other.clientId !== clientId) continue
      if (other.userId !== member.userId) return false
      // The same editor on two links: one is half dead, and only its end will show which.
      other.clientId = null
      other.yieldedId = clientId
    }
    member.clientId = clientId
    return true
  }

  private remove(clientId: number): void {
    if (!this.present.delete(clientId)) return
    this.changed.set(clientId, encodeEntry({ clientId, clock: this.nextClock(), state: 'null' }))
    this.schedule()
  }

  private set(member: Member, clientId: number, sent: string): void {
    const { clock, limits } = this.options
    const state = sent.length > limits.awarenessBytes ? null : withUser(sent, member.user)
    if (state === null || Buffer.byteLength(state) > limits.awarenessBytes) return
    const before = this.present.get(clientId)
    const now = clock.now()
    if (before?.state === state && before.member === member && now - before.changedAt < limits.heartbeatMs) return
    const bytes = encodeEntry({ clientId, clock: this.nextClock(), state })
    this.present.set(clientId, { member, state, bytes, changedAt: now })
    this.changed.set(clientId, bytes)
    this.schedule()
  }
}
