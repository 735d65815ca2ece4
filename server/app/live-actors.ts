import type { Actor } from '#shared/access/actor.ts'
import type { SessionId } from '#shared/ids.ts'
import type { Prisma } from '#server/platform/db/database.ts'

const RECENT_MS = 60_000

/**
 * Whether the session or token behind a live socket still stands. Someone who only types sends no HTTP request, so
 * recent edits keep a session alive; an open page that nobody touches runs out like any other.
 */
export function createLiveActors(options: {
  prisma: Prisma
  touchSession: (sessionId: SessionId) => Promise<void>
  now: () => number
}) {
  const { prisma, touchSession, now } = options
  const editedAt = new Map<string, number>()
  return {
    noteEdit: (userId: string): void => void editedAt.set(userId, now()),
    async isValid(actor: Actor): Promise<boolean> {
      switch (actor.type) {
        case 'user': {
          const hasEdited = now() - (editedAt.get(actor.userId) ?? 0) < RECENT_MS
          if (hasEdited) await touchSession(actor.sessionId)
          else editedAt.delete(actor.userId)
          const at = new Date(now())
          const session = await prisma.session.findFirst({
            where: {
              id: actor.sessionId,
              expiresAt: { gt: at },
              absoluteExpiresAt: { gt: at },
              user: { suspendedAt: null },
            },
            select: { id: true },
          })
          return session !== null
        }
        case 'guest': {
          const guest = await prisma.guest.findFirst({
            where: {
              id: actor.guestId,
              removedAt: null,
              link: { revokedAt: null, expiresAt: { gt: new Date(now()) } },
            },
            select: { id: true },
          })
          return guest !== null
        }
        case 'agent': {
          const workspace = await prisma.workspace.findUnique({
            where: { id: actor.workspaceId },
            select: { generation: true, deletedAt: true },
          })
          return workspace?.generation === actor.generation && workspace.deletedAt === null
        }
        case 'anonymous':
          return false
      }
    },
  }
}
