import type { PrismaClient } from '#prisma/generated/client.ts'
import type { ShareLinkInfo } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { GuestId, ShareLinkId, WorkspaceId } from '#shared/ids.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { inTransaction, lockWorkspace, type Requester, userOf } from './workspace-lock.ts'

const LISTED_LINKS = 100

interface LinkDeps {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly publicUrl: string
  readonly peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  readonly now: () => number
}

export type Links = ReturnType<typeof createLinks>

/** Read-only links for guests: expiring, revocable, and listing who came in by them. */
export function createLinks({ prisma, control, publicUrl, peopleInside, now }: LinkDeps) {
  return {
    async list(workspaceId: WorkspaceId): Promise<ShareLinkInfo[]> {
      const inside = new Set(peopleInside(workspaceId).map((person) => person.id))
      const rows = await prisma.shareLink.findMany({
        where: { workspaceId },
        include: { guests: { orderBy: { createdAt: 'asc' } } },
        orderBy: { createdAt: 'desc' },
        take: LISTED_LINKS,
      })
      return rows.map((link) => ({
        id: link.id,
        label: link.label,
        createdAt: link.createdAt.toISOString(),
        expiresAt: link.expiresAt.toISOString(),
        revokedAt: link.revokedAt?.toISOString() ?? null,
        // A removed guest stays listed, so that people see who was sent away.
        guests: link.guests.map((guest) => ({
          id: guest.id,
          name: guest.name,
          isInside: inside.has(guest.userId ?? guest.id),
          isRemoved: guest.removedAt !== null,
        })),
      }))
    },

    async create(by: Requester, input: { workspaceId: WorkspaceId; expiresInHours: number; label: string }) {
      const { workspaceId, expiresInHours, label } = input
      const createdBy = userOf(by.actor).userId
      const token = newToken()
      const linkId = newId<ShareLinkId>()
      const createdAt = new Date(now())
      const expiresAt = new Date(now() + expiresInHours * 3_600_000)
      await inTransaction(prisma, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        const row = { id: linkId, tokenHash: hashToken(token), workspaceId, label, createdBy, createdAt, expiresAt }
        await tx.shareLink.create({ data: row })
        await audit(tx, { ...by, action: 'link.created', workspaceId, targetId: linkId, details: { expiresInHours } })
      })
      return { url: `${publicUrl}/g/${token}`, linkId }
    },

    /** Ends the link and, through the control event, everyone's visit who came in by it. */
    async revoke(
      by: Requester,
      { workspaceId, linkId }: { workspaceId: WorkspaceId; linkId: ShareLinkId },
    ): Promise<void> {
      await inTransaction(prisma, async (tx) => {
        const { count } = await tx.shareLink.updateMany({
          where: { id: linkId, workspaceId, revokedAt: null },
          data: { revokedAt: new Date(now()) },
        })
        if (count === 0) throw new AppError('not_found')
        await audit(tx, { ...by, action: 'link.revoked', workspaceId, targetId: linkId })
      })
      control.publish({ type: 'link-revoked', workspaceId, linkId })
    },

    async removeGuest(
      by: Requester,
      { workspaceId, guestId }: { workspaceId: WorkspaceId; guestId: GuestId },
    ): Promise<void> {
      await inTransaction(prisma, async (tx) => {
        const { count } = await tx.guest.updateMany({
          where: { id: guestId, link: { workspaceId }, removedAt: null },
          data: { removedAt: new Date(now()) },
        })
        if (count === 0) throw new AppError('not_found')
        await audit(tx, { ...by, action: 'guest.removed', workspaceId, targetId: guestId })
      })
      control.publish({ type: 'guest-removed', workspaceId, guestId })
    },
  }
}
