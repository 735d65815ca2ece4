import type { PrismaClient } from '#prisma/generated/client.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { WorkspaceInfo, WorkspaceSummary } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import { type Requester, userOf } from './workspace-lock.ts'

export interface RuntimeView {
  agentStatus(workspaceId: WorkspaceId): WorkspaceInfo['agent']
  stop(workspaceId: WorkspaceId): Promise<void> | void
  readonly isIsolated: boolean
}

interface OverviewDeps {
  readonly prisma: PrismaClient
  readonly peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  readonly runtime: RuntimeView
  readonly now: () => number
}

export type Overview = ReturnType<typeof createOverview>

/** What a person sees of their workspaces: the list, and the heading of one. */
export function createOverview({ prisma, peopleInside, runtime, now }: OverviewDeps) {
  return {
    /** Workspaces one is a member or a guest of, the last opened first. */
    async list(by: Requester): Promise<WorkspaceSummary[]> {
      const { userId } = userOf(by.actor)
      const asGuest = {
        revokedAt: null,
        expiresAt: { gt: new Date(now()) },
        guests: { some: { userId, removedAt: null } },
      }
      const rows = await prisma.workspace.findMany({
        where: { deletedAt: null, OR: [{ memberships: { some: { userId } } }, { shareLinks: { some: asGuest } }] },
        include: { memberships: { where: { userId } }, _count: { select: { memberships: true } } },
      })
      const recency = (row: (typeof rows)[number]) => (row.memberships[0]?.lastOpenAt ?? row.createdAt).getTime()
      return rows
        .toSorted((a, b) => recency(b) - recency(a))
        .map((row) => ({
          id: row.id,
          name: row.name,
          role: row.memberships[0]?.role ?? 'link',
          createdAt: row.createdAt.toISOString(),
          lastEditAt: row.lastEditAt?.toISOString() ?? null,
          people: peopleInside(row.id as WorkspaceId).map(({ id, name, color }) => ({ id, name, color })),
          memberCount: row._count.memberships,
        }))
    },

    async get(by: Requester, workspace: { id: WorkspaceId; role: WorkspaceRole | null }): Promise<WorkspaceInfo> {
      const row = await prisma.workspace.findUnique({ where: { id: workspace.id }, select: { name: true } })
      if (!row || workspace.role === null) throw new AppError('not_found')
      if (by.actor.type === 'user') {
        const mine = { workspaceId: workspace.id, userId: by.actor.userId }
        await prisma.membership.updateMany({ where: mine, data: { lastOpenAt: new Date(now()) } })
      }
      const agent = runtime.agentStatus(workspace.id)
      return {
        id: workspace.id,
        name: row.name,
        role: workspace.role,
        agent,
        runtime: 'local',
        isIsolated: runtime.isIsolated,
      }
    },
  }
}
