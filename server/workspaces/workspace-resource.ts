import type { PrismaClient } from '#prisma/generated/client.ts'
import type { Actor } from '#shared/access/actor.ts'
import type { MemberRole, WorkspaceRole } from '#shared/access/permissions.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'

interface ResourceRow {
  readonly isDeleted: boolean
  readonly viewersWatchTerminals: boolean
  readonly memberRole: MemberRole | null
  readonly isGuest: boolean
}

/** Answers, in one indexed query, what `can()` asks about a workspace: the actor's role there and whether it is deleted. */
export function createLoadWorkspace(prisma: PrismaClient, now: () => number): LoadWorkspaceResource {
  return async (actor, workspaceId) => {
    const { userId, guestId } = idsOf(actor)
    const [row] = await prisma.$queryRaw<ResourceRow[]>`
      select w.deleted_at is not null as "isDeleted",
        w.viewers_watch_terminals as "viewersWatchTerminals", m.role::text as "memberRole",
        exists (
          select 1 from share_link l join guest g on g.link_id = l.id
          where l.workspace_id = w.id and l.revoked_at is null and l.expires_at > ${new Date(now())}
            and g.removed_at is null and (g.user_id = ${userId} or (g.user_id is null and g.id = ${guestId}))
        ) as "isGuest"
      from workspace w left join membership m on m.workspace_id = w.id and m.user_id = ${userId}
      where w.id = ${workspaceId}`
    if (!row) return null
    const role: WorkspaceRole | null = row.memberRole ?? (row.isGuest ? 'link' : null)
    const { isDeleted, viewersWatchTerminals } = row
    return { type: 'workspace', id: workspaceId, role, isDeleted, viewersWatchTerminals }
  }
}

/** Ids that match no row where the actor is of another kind: null equals nothing in SQL. */
function idsOf(actor: Actor): { userId: string | null; guestId: string | null } {
  switch (actor.type) {
    case 'user':
      return { userId: actor.userId, guestId: null }
    case 'guest':
      return { userId: null, guestId: actor.guestId }
    case 'agent':
    case 'anonymous':
      return { userId: null, guestId: null }
  }
}
