import { CLOSE } from '#shared/protocol/close-codes.ts'
import { scanPart, scanUpdate } from '../update/scan-update.ts'
import type { AcceptedUpdate } from '../update/encode-update.ts'
import { contradicts } from '../update/contradiction.ts'
import type { HeldFrame, Member } from './member.ts'
import { judgeOwnership } from './owners.ts'
import type { Room } from './room.ts'

type Outcome = 'settled' | 'wait' | 'closed'

/** Judges one content frame of a member: what is new is accepted, what builds on the unknown is held (D6). */
export function receiveContent(room: Room, member: Member, update: Uint8Array, isStep2: boolean): void {
  const ticket = member.acks.open(room.clock.now())
  const outcome = judge(room, member, update, isStep2, ticket)
  if (outcome === 'wait') hold(room, member, { update, isStep2, ticket, heldAt: room.clock.now() })
  if (isStep2) member.hasAnswered = true
  if (outcome === 'settled') {
    room.ackSoon(member)
    room.retryHeld()
  }
}

function judge(room: Room, member: Member, update: Uint8Array, isStep2: boolean, ticket: number): Outcome {
  const refuse = (code: number, reason: string): Outcome => {
    member.close(code, reason)
    return 'closed'
  }
  const refuseReader = (): Outcome =>
    member.isUnverified
      ? refuse(CLOSE.overloaded, 'access cannot be checked at the moment')
      : refuse(CLOSE.contentRefused, 'read-only')
  const scan = scanUpdate(update, room.state)
  const isWellFormed = scan.status !== 'malformed' && scan.status !== 'refused'
  if (isStep2 && isWellFormed && contradicts(update, room.state, (id) => room.owners.get(id) === member.userId)) {
    return refuse(CLOSE.epochChanged, 'somebody else wrote under this client id')
  }
  switch (scan.status) {
    case 'malformed':
      return refuse(CLOSE.undecodable, scan.reason)
    case 'refused':
      return refuse(CLOSE.contentRefused, scan.reason)
    case 'known':
      // It repeats edits that may not be durable yet themselves.
      member.acks.resolve(ticket, room.uncommitted.lastOrdinal)
      return 'settled'
    case 'missing':
      return member.canWrite ? 'wait' : refuseReader()
    case 'novel':
      break
  }
  if (!member.canWrite) return refuseReader()
  if (room.isFull) return refuse(CLOSE.overloaded, 'edits cannot be stored at the moment')
  if (isTooLarge(room, scan.update)) return refuse(CLOSE.contentRefused, 'document too large')
  if (!isStep2) bindWriter(room, member, scan.update)
  const ownership = judgeOwnership(scan.update, member, room.owners, room.members)
  switch (ownership.status) {
    case 'foreign':
      if (!isStep2) return refuse(CLOSE.contentRefused, "another person's client id")
      acceptPart(room, member, update, ownership.clients)
      return 'wait'
    case 'wait':
      return 'wait'
    case 'ok':
      break
  }
  member.acks.resolve(ticket, room.accept(scan.update, member, ownership.userIds, ownership.claims))
  return 'settled'
}

/**
 * After a crash, clients answer with each other's edits, and each builds on the others': were all to wait for the
 * owners, all would wait for ever. What does not bear a live colleague's id is taken as far as it goes.
 */
function acceptPart(room: Room, member: Member, update: Uint8Array, foreign: ReadonlySet<number>): void {
  const part = scanPart(update, room.state, (client) => !foreign.has(client))
  const ownership = part === null ? null : judgeOwnership(part, member, room.owners, room.members)
  if (part === null || ownership?.status !== 'ok') return
  room.accept(part, member, ownership.userIds, ownership.claims)
  room.retrySoon()
}

/** A client without awareness shows its id by typing. */
function bindWriter(room: Room, member: Member, { runs }: AcceptedUpdate): void {
  const [run] = runs
  if (member.clientId !== null || run === undefined || runs.length > 1) return
  if ([...room.members].some((other) => other.clientId === run.client)) return
  if ((room.owners.get(run.client) ?? member.userId) === member.userId) member.clientId = run.client
}

/** Only growth is refused (A6): deleting must stay possible in a document that is too large. */
function isTooLarge(room: Room, update: AcceptedUpdate): boolean {
  let units = 0
  for (const run of update.runs) units += run.end - run.clock
  for (let i = 0; i < update.implied.length; i += 3)
    units -= (update.implied[i + 2] as number) - (update.implied[i + 1] as number)
  if (units > 0 && room.state.textUnits + units > room.limits.textUnits) return true
  return update.runs.length > 0 && room.state.size + update.bytes.length > room.limits.stateBytes
}

function hold(room: Room, member: Member, frame: HeldFrame): void {
  member.held.push(frame)
  room.holders.add(member)
  member.heldBytes += frame.update.length
  if (member.heldBytes > room.limits.heldBytes) {
    member.close(CLOSE.overloaded, 'too much that builds on unknown edits')
    return
  }
  askAgain(room, member)
  room.scheduleHeld()
}

const askAgain = (room: Room, member: Member): void => {
  if (room.clock.now() - member.askedAt >= room.limits.askAgainMs) room.ask(member)
}

/** Judges held frames again, as long as one accepted frame may let another in. */
export function retryHeld(room: Room): void {
  // Accepting calls back here; the loop below goes round again anyway.
  if (room.holders.size === 0 || room.isRetrying) return
  room.isRetrying = true
  for (let hasProgress = true; hasProgress;) {
    hasProgress = false
    for (const member of [...room.holders]) if (retryMember(room, member)) hasProgress = true
  }
  room.isRetrying = false
  for (const member of [...room.holders]) {
    const [oldest] = member.held
    if (oldest === undefined) room.holders.delete(member)
    else if (room.clock.now() - oldest.heldAt >= room.limits.heldMs) {
      member.close(CLOSE.restarting, 'missing edits never came')
    } else {
      askAgain(room, member)
      room.scheduleHeld()
    }
  }
}

function retryMember(room: Room, member: Member): boolean {
  const frames = member.held
  member.held = []
  let hasProgress = false
  for (const frame of frames) {
    const outcome = judge(room, member, frame.update, frame.isStep2, frame.ticket)
    if (outcome === 'wait') member.held.push(frame)
    else if (outcome === 'settled') {
      hasProgress = true
      member.heldBytes -= frame.update.length
      room.ackSoon(member)
    } else break
  }
  return hasProgress
}
