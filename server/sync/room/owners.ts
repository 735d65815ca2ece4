import type { ClientClaim } from '../log/document-log.ts'
import type { AcceptedUpdate } from '../update/encode-update.ts'
import type { Member } from './member.ts'

export type Ownership =
  | { readonly status: 'ok'; readonly userIds: readonly string[]; readonly claims: readonly ClientClaim[] }
  /** the owner may be about to send them: wait */
  | { readonly status: 'wait' }
  /** the owner's own editor is live on this client id: nobody else may write under it */
  | { readonly status: 'foreign' }

/**
 * A4: whose client ids these new structs bear. Unclaimed ids become the sender's. Another's are the honest replay
 * of what the sender had received, but taken only where the owner's editor cannot be holding different ones.
 */
export function judgeOwnership(
  update: AcceptedUpdate,
  sender: Member,
  owners: ReadonlyMap<number, string>,
  members: ReadonlySet<Member>,
): Ownership {
  const claims: ClientClaim[] = []
  const userIds = [sender.userId]
  let isWaiting = false
  for (const run of update.runs) {
    const owner = owners.get(run.client)
    if (owner === sender.userId) continue
    if (owner === undefined) {
      claims.push({ clientId: run.client, userId: sender.userId })
      continue
    }
    for (const member of members) {
      if (member.userId !== owner || !member.canWrite) continue
      if (member.clientId === run.client) return { status: 'foreign' }
      if (!member.hasAnswered) isWaiting = true
    }
    userIds.push(owner)
  }
  return isWaiting ? { status: 'wait' } : { status: 'ok', userIds, claims }
}
