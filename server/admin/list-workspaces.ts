import type { z } from 'zod'
import type { Prisma } from '#prisma/generated/client.ts'
import type { AdminWorkspaceRow, adminWorkspacesInput } from '#shared/api/admin.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { AdminContext } from './context.ts'
import type { Page } from './list-people.ts'
import { after, contains, cutPage, NEWEST_FIRST } from './page.ts'

/** Workspaces, newest first, searched by name and owner: that they exist and how large they are, never what is in them. */
export async function listWorkspaces(
  admin: AdminContext,
  input: z.output<typeof adminWorkspacesInput>,
): Promise<Page<AdminWorkspaceRow>> {
  const { search, cursor, limit } = input
  const isOwnedBy: Prisma.MembershipWhereInput = {
    role: 'owner',
    user: { OR: [{ name: contains(search) }, { email: contains(search) }] },
  }
  const found: Prisma.WorkspaceWhereInput = {
    importId: null,
    ...(search === '' ? {} : { OR: [{ name: contains(search) }, { memberships: { some: isOwnedBy } }] }),
  }
  const [fetched, total] = await Promise.all([
    admin.prisma.workspace.findMany({
      where: { AND: [found, after(cursor)] },
      orderBy: NEWEST_FIRST,
      take: limit + 1,
      include: {
        memberships: {
          where: { role: 'owner' },
          orderBy: { createdAt: 'asc' },
          take: 1,
          include: { user: { select: { name: true } } },
        },
        _count: { select: { memberships: true, documents: { where: { deletedAt: null } } } },
      },
    }),
    admin.prisma.workspace.count({ where: found }),
  ])
  const { page, ...next } = cutPage(fetched, limit)
  const rows = page.map((workspace) => ({
    id: workspace.id,
    name: workspace.name,
    owner: workspace.memberships[0]?.user.name ?? '',
    memberCount: workspace._count.memberships,
    peopleInside: admin.peopleInside(workspace.id as WorkspaceId),
    documentCount: workspace._count.documents,
    createdAt: workspace.createdAt.toISOString(),
    lastEditAt: workspace.lastEditAt?.toISOString() ?? null,
    isDeleted: workspace.deletedAt !== null,
  }))
  return { rows, total, ...next }
}
