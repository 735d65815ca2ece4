import type { Clock } from '../clock.ts'
import { outFrame } from '../connection/link.ts'
import type { SyncLimits } from '../limits.ts'
import { awarenessMessage } from '../messages.ts'
import { decodeEntries, encodeEntry, withUser } from './awareness-entries.ts'
import type { Member } from './member.ts'

/** Who is in a document and where their cursors are; lives as long as its room (F3). */
export interface RoomAwareness {
  /** Throws Malformed. */
  receive(member: Member, update: Uint8Array): void
  /** everything anew for this member, at the next tick */
  refresh(member: Member): void
  leave(member: Member): void
  readonly clientIds: ReadonlySet<number>
  stop(): void
}

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

export function createAwareness({ members, owners, clock, limits }: Options): RoomAwareness {
  const present = new Map<number, Presence>()
  /** clients to be announced at the next tick; the bytes of those that left */
  const changed = new Map<number, Uint8Array>()
  let lastClock = 0
  let cancelTick: (() => void) | null = null

  /**
   * Peers ignore a clock they have seen, even after its client left and came back, so the server writes its own:
   * the time, which also rises over restarts.
   */
  const nextClock = (): number => (lastClock = Math.max(lastClock + 1, clock.now()))

  const schedule = (): void => {
    cancelTick ??= clock.after(limits.awarenessMs, tick)
  }

  /** A client that comes back still holds the clocks it saw, without the states: it takes only newer ones. */
  const renewClocks = (): void => {
    const clockNow = nextClock()
    for (const [clientId, presence] of present) {
      present.set(clientId, { ...presence, bytes: encodeEntry({ clientId, clock: clockNow, state: presence.state }) })
    }
  }

  const tick = (): void => {
    cancelTick = null
    let isAnyoneLate = false
    if ([...members].some((member) => member.needsAwareness)) renewClocks()
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
    if (isAnyoneLate) schedule()
  }

  /** A channel has one client id: the first it speaks for, unless that is somebody else's. */
  const bind = (member: Member, clientId: number): boolean => {
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

  const remove = (clientId: number): void => {
    if (!present.delete(clientId)) return
    changed.set(clientId, encodeEntry({ clientId, clock: nextClock(), state: 'null' }))
    schedule()
  }

  const set = (member: Member, clientId: number, sent: string): void => {
    const state = sent.length > limits.awarenessBytes ? null : withUser(sent, member.user)
    if (state === null || Buffer.byteLength(state) > limits.awarenessBytes) return
    const before = present.get(clientId)
    const now = clock.now()
    if (before?.state === state && before.member === member && now - before.changedAt < limits.heartbeatMs) return
    const bytes = encodeEntry({ clientId, clock: nextClock(), state })
    present.set(clientId, { member, state, bytes, changedAt: now })
    changed.set(clientId, bytes)
    schedule()
  }

  return {
    get clientIds() {
      return new Set(present.keys())
    },
    receive(member, update) {
      for (const { clientId, state } of decodeEntries(update)) {
        if (member.clientId === null && (state === 'null' || !bind(member, clientId))) continue
        // Stock clients echo what they hear of others; one channel speaks for one client.
        if (clientId !== member.clientId) continue
        if (state === 'null') remove(clientId)
        else set(member, clientId, state)
      }
    },
    refresh(member) {
      member.needsAwareness = true
      schedule()
    },
    leave(member) {
      const { clientId } = member
      const presence = clientId === null ? undefined : present.get(clientId)
      if (clientId === null || presence?.member !== member) return
      const heir = [...members].find((other) => other.yieldedId === clientId && other.clientId === null)
      if (heir === undefined) return remove(clientId)
      heir.clientId = clientId
      heir.yieldedId = null
      present.set(clientId, { ...presence, member: heir })
    },
    stop: () => cancelTick?.(),
  }
}
