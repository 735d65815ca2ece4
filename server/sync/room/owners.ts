import type { ClientClaim } from '../log/document-log.ts'
import type { AcceptedUpdate } from '../update/encode-update.ts'
import type { Member } from './member.ts'

export type Ownership =
  | { readonly status: 'ok'; readonly userIds: readonly string[]; readonly claims: readonly ClientClaim[] }
  /** the owner may be about to send them: wait */
  | { readonly status: 'wait' }
  /** the owners' own editors are live on these client ids: nobody else may write under them */
  | { readonly status: 'foreign'; readonly clients: ReadonlySet<number> }

/**
 * A4: whose client ids these new structs bear. An id nobody claimed becomes the sender's only where the sender's
 * editor speaks for it: an honest replay after a crash brings colleagues' ids too, whose claims were lost with their
 * edits. Another's structs are such a replay, taken only where the owner's editor cannot be holding different ones.
 */
export function judgeOwnership(
  update: AcceptedUpdate,
  sender: Member,
  owners: ReadonlyMap<number, string>,
  members: ReadonlySet<Member>,
): Ownership {
  const claims: ClientClaim[] = []
  const userIds = [sender.userId]
  const foreign = new Set<number>()
  let isWaiting = false
  for (const { client } of update.runs) {
    const owner = owners.get(client)
    if (owner === sender.userId) continue
    if (owner === undefined && client === sender.clientId) {
      claims.push({ clientId: client, userId: sender.userId })
      continue
    }
    for (const member of members) {
      if (member.userId === sender.userId || !member.canWrite) continue
      if (member.clientId === client) foreign.add(client)
      if (member.userId === owner && !member.hasAnswered) isWaiting = true
    }
    if (owner !== undefined) userIds.push(owner)
  }
  if (foreign.size > 0) return { status: 'foreign', clients: foreign }
  return isWaiting ? { status: 'wait' } : { status: 'ok', userIds, claims }
}
