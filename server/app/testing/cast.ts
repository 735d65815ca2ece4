import type { Actor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { DocumentId, GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { Prisma } from '#server/platform/db/database.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'

/** The columns of the matrix, in the order of the design's table. */
export const CAST = [
  'anonymous',
  'suspended',
  'stranger',
  'link',
  'viewer',
  'editor',
  'admin',
  'owner',
  'platform',
] as const
export type Part = (typeof CAST)[number]

export interface Stage {
  readonly workspaceId: WorkspaceId
  /** in it, everyone of the cast but its own owner is a stranger */
  readonly foreignWorkspaceId: WorkspaceId
  readonly documentId: DocumentId
  readonly foreignDocumentId: DocumentId
  readonly actors: Readonly<Record<Part, Actor>>
}

/** One workspace with everyone in it, and a foreign one with nobody they know. */
export async function setTheStage(prisma: Prisma): Promise<Stage> {
  const workspaceId = await makeWorkspace(prisma)
  const foreignWorkspaceId = await makeWorkspace(prisma)
  const member = async (role: MemberRole, facts: { isSuspended?: boolean } = {}) => {
    const actor = await makePerson(prisma, facts)
    await prisma.membership.create({ data: { workspaceId, userId: actor.userId, role } })
    return actor
  }
  const owner = await member('owner')
  const foreignOwner = await makePerson(prisma)
  await prisma.membership.create({
    data: { workspaceId: foreignWorkspaceId, userId: foreignOwner.userId, role: 'owner' },
  })
  return {
    workspaceId,
    foreignWorkspaceId,
    documentId: await makeDocument(prisma, workspaceId),
    foreignDocumentId: await makeDocument(prisma, foreignWorkspaceId),
    actors: {
      anonymous: { type: 'anonymous' },
      suspended: await member('owner', { isSuspended: true }),
      stranger: await makePerson(prisma),
      link: await makeGuest(prisma, workspaceId, owner.userId),
      viewer: await member('viewer'),
      editor: await member('editor'),
      admin: await member('admin'),
      owner,
      platform: await makePerson(prisma, { isPlatformAdmin: true }),
    },
  }
}

async function makeWorkspace(prisma: Prisma): Promise<WorkspaceId> {
  const id = newId<WorkspaceId>()
  await prisma.workspace.create({ data: { id, name: 'stage', volumeId: newId<string>() } })
  return id
}

async function makeDocument(prisma: Prisma, workspaceId: WorkspaceId): Promise<DocumentId> {
  const id = newId<DocumentId>()
  await prisma.document.create({ data: { id, workspaceId, path: 'a.txt', realPath: 'a.txt', head: { create: {} } } })
  return id
}

async function makePerson(prisma: Prisma, facts: { isSuspended?: boolean; isPlatformAdmin?: boolean } = {}) {
  const { isSuspended = false, isPlatformAdmin = false } = facts
  const userId = newId<UserId>()
  const sessionId = newId<SessionId>()
  const later = new Date(Date.now() + 3_600_000)
  await prisma.user.create({
    data: {
      id: userId,
      email: `${userId.toLowerCase()}@example.org`,
      name: 'Cast Member',
      color: 1,
      platformRole: isPlatformAdmin ? 'admin' : 'user',
      suspendedAt: isSuspended ? new Date() : null,
      sessions: {
        create: { id: sessionId, tokenHash: hashToken(newToken()), expiresAt: later, absoluteExpiresAt: later },
      },
    },
  })
  return { type: 'user' as const, userId, sessionId, name: 'Cast Member', color: 1, isPlatformAdmin, isSuspended }
}

async function makeGuest(prisma: Prisma, workspaceId: WorkspaceId, createdBy: UserId): Promise<Actor> {
  const guestId = newId<GuestId>()
  const linkId = newId<ShareLinkId>()
  const expiresAt = new Date(Date.now() + 3_600_000)
  await prisma.shareLink.create({
    data: {
      id: linkId,
      tokenHash: hashToken(newToken()),
      workspaceId,
      createdBy,
      expiresAt,
      guests: { create: { id: guestId, tokenHash: hashToken(newToken()), name: 'Guest Heron', color: 2 } },
    },
  })
  return { type: 'guest', guestId, linkId, workspaceId, name: 'Guest Heron', color: 2, expiresAt: expiresAt.getTime() }
}
