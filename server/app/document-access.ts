import type { Pool } from 'pg'
import type { Actor } from '#shared/access/actor.ts'
import { can, type Resource } from '#shared/access/can.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'
import type { ChannelAccess } from '#server/sync/ports.ts'

const DOCUMENT = 'select workspace_id as "workspaceId", epoch from document where id = $1'

/** What an actor may do with a document, by the workspace it is in. A foreign one is missing. */
export function createDocumentAccess(pool: Pool, loadWorkspace: LoadWorkspaceResource) {
  return async (actor: Actor, documentId: DocumentId): Promise<ChannelAccess> => {
    const found = await pool.query<{ workspaceId: WorkspaceId; epoch: number }>({
      name: 'document-access',
      text: DOCUMENT,
      values: [documentId],
    })
    const document = found.rows[0]
    const workspace = document ? await loadWorkspace(actor, document.workspaceId) : null
    if (!document || !workspace || !can(actor, 'workspace.read', workspace)) return { status: 'missing' }
    return {
      status: 'ok',
      canWrite: can(actor, 'workspace.write', workspace),
      user: awarenessUser(actor, workspace),
      workspaceId: document.workspaceId,
      epoch: document.epoch,
    }
  }
}

function awarenessUser(actor: Actor, workspace: Extract<Resource, { type: 'workspace' }>): AwarenessUser {
  const role = workspace.role ?? ''
  switch (actor.type) {
    case 'user':
      return {
        id: actor.userId,
        name: actor.name,
        color: actor.color,
        role,
        kind: role === 'link' ? 'guest' : 'person',
      }
    case 'guest':
      return { id: actor.guestId, name: actor.name, color: actor.color, role: 'link', kind: 'guest' }
    case 'agent':
      return { id: `agent:${actor.workspaceId}`, name: 'disk', color: 1, role: 'agent', kind: 'agent' }
    case 'anonymous':
      throw new Error('nobody has no place in a document')
  }
}
