import type { z } from 'zod'
import type { Prisma } from '#prisma/generated/client.ts'
import type { UserActor } from '#shared/access/actor.ts'
import type { peopleInput, PersonRow } from '#shared/api/admin.ts'
import type { AdminContext } from './context.ts'
import { after, contains, cutPage, NEWEST_FIRST } from './page.ts'

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly nextCursor?: string
  /** of all pages */
  readonly total: number
}

/** Accounts, newest first, searched by name and e-mail. */
export async function listPeople(
  admin: AdminContext,
  me: UserActor,
  input: z.output<typeof peopleInput>,
): Promise<Page<PersonRow>> {
  const { search, cursor, limit } = input
  const found: Prisma.UserWhereInput =
    search === '' ? {} : { OR: [{ name: contains(search) }, { email: contains(search) }] }
  const [fetched, total] = await Promise.all([
    admin.prisma.user.findMany({
      where: { AND: [found, after(cursor)] },
      orderBy: NEWEST_FIRST,
      take: limit + 1,
      include: {
        _count: {
          select: {
            sessions: { where: { expiresAt: { gt: new Date(admin.now()) } } },
            memberships: { where: { workspace: { deletedAt: null, importId: null } } },
          },
        },
      },
    }),
    admin.prisma.user.count({ where: found }),
  ])
  const { page, ...next } = cutPage(fetched, limit)
  const rows = page.map((user) => ({
    id: user.id,
    email: user.email,
    name: user.name,
    color: user.color,
    role: user.platformRole,
    isSuspended: user.suspendedAt !== null,
    createdAt: user.createdAt.toISOString(),
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
    sessionCount: user._count.sessions,
    workspaceCount: user._count.memberships,
    isMe: user.id === me.userId,
  }))
  return { rows, total, ...next }
}
