import type { OneTimeToken, PrismaClient } from '#prisma/generated/client.ts'
import { type Actor, ANONYMOUS } from '#shared/access/actor.ts'
import { canChangeRole } from '#shared/access/can.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { InviteInfo } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { OneTimeTokenId, UserId, WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { inTransaction, lockWorkspace, memberRoleOf, type Requester, type Tx, userOf } from './workspace-lock.ts'

const INVITE_LIFETIME_MS = 7 * 24 * 3_600_000
const RANK: Record<MemberRole, number> = { owner: 4, admin: 3, editor: 2, viewer: 1 }

interface InviteDeps {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly publicUrl: string
  readonly now: () => number
}

export type Invites = ReturnType<typeof createInvites>

/** One-time links that make whoever opens them, signed in, a member. */
export function createInvites({ prisma, control, publicUrl, now }: InviteDeps) {
  const open = () => ({ kind: 'workspace_invite' as const, usedAt: null, expiresAt: { gt: new Date(now()) } })

  return {
    async list(workspaceId: WorkspaceId): Promise<InviteInfo[]> {
      const rows = await prisma.oneTimeToken.findMany({
        where: { workspaceId, ...open() },
        orderBy: { createdAt: 'desc' },
      })
      return rows.map(({ id, role, expiresAt }) => ({ id, role: role ?? 'viewer', expiresAt: expiresAt.toISOString() }))
    },

    async create(by: Requester, input: { workspaceId: WorkspaceId; role: Exclude<MemberRole, 'owner'> }) {
      const { workspaceId, role } = input
      const createdBy = userOf(by.actor).userId
      const token = newToken()
      const expiresAt = new Date(now() + INVITE_LIFETIME_MS)
      await inTransaction(prisma, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        const own = await memberRoleOf(tx, workspaceId, createdBy)
        // Nobody invites to what they could not make of a member below themselves.
        if (own === null || !canChangeRole(own, 'link', role)) throw new AppError('forbidden')
        const id = newId<OneTimeTokenId>()
        const row = { id, tokenHash: hashToken(token), kind: 'workspace_invite' as const, workspaceId, role }
        await tx.oneTimeToken.create({ data: { ...row, createdBy, createdAt: new Date(now()), expiresAt } })
        await audit(tx, { ...by, action: 'invite.created', workspaceId, targetId: id, details: { role } })
      })
      return { url: `${publicUrl}/invite/${token}`, expiresAt: expiresAt.toISOString() }
    },

    async revoke(by: Requester, input: { workspaceId: WorkspaceId; inviteId: OneTimeTokenId }): Promise<void> {
      const { workspaceId, inviteId } = input
      await inTransaction(prisma, async (tx) => {
        const { count } = await tx.oneTimeToken.deleteMany({ where: { id: inviteId, workspaceId, ...open() } })
        if (count === 0) throw new AppError('not_found')
        await audit(tx, { ...by, action: 'invite.revoked', workspaceId, targetId: inviteId })
      })
    },

    /** Works once: of two people who open the link at the same moment exactly one gets in. */
    async accept(by: Requester, token: string): Promise<{ workspaceId: WorkspaceId }> {
      const { userId } = userOf(by.actor)
      const joined = await inTransaction(prisma, async (tx) => {
        const row = await tx.oneTimeToken.findUnique({ where: { tokenHash: hashToken(token) } })
        if (!row?.workspaceId || !row.role) throw new AppError('link_invalid')
        const workspaceId = row.workspaceId as WorkspaceId
        await requireLiveWorkspace(tx, workspaceId)
        const before = await memberRoleOf(tx, workspaceId, userId)
        const isNothingNew = before !== null && RANK[before] >= RANK[row.role]
        const isOpen = row.usedAt === null && row.expiresAt.getTime() > now()
        // A member who tries their own link must not use it up for the person it is meant for.
        if (isNothingNew && isOpen) return { workspaceId, role: null }
        const { count } = await tx.oneTimeToken.updateMany({
          where: { id: row.id, ...open() },
          data: { usedAt: new Date(now()) },
        })
        if (count === 0) throw new AppError('link_invalid')
        await addMember(tx, by, userId, row)
        return { workspaceId, role: row.role }
      })
      if (joined.role)
        control.publish({ type: 'role-changed', workspaceId: joined.workspaceId, userId, role: joined.role })
      return { workspaceId: joined.workspaceId }
    },
  }
}

/**
 * Makes a new account a member by the invite it signed up with. The caller, in the same transaction, has used the
 * invite up.
 */
export async function acceptWorkspaceInvite(tx: Tx, userId: UserId, invite: OneTimeToken): Promise<void> {
  // Not under the workspace's lock: the caller holds the invite's row, which others lock after the workspace, and a
  // fresh account's role is nobody's to change yet.
  const live = await tx.workspace.count({ where: { id: invite.workspaceId ?? '', deletedAt: null } })
  if (live === 0) throw new AppError('link_invalid')
  await addMember(tx, { actor: ANONYMOUS }, userId, invite)
}

/** The lock, with the answer that suits someone who holds a link: not that nothing is here, but that it no longer works. */
async function requireLiveWorkspace(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  try {
    await lockWorkspace(tx, workspaceId)
  } catch (error) {
    if (error instanceof AppError) throw new AppError('link_invalid', undefined, { cause: error })
    throw error
  }
}

async function addMember(
  tx: Tx,
  by: { actor: Actor; requestId?: string },
  userId: UserId,
  invite: Pick<OneTimeToken, 'id' | 'workspaceId' | 'role'>,
): Promise<void> {
  const { id: inviteId, workspaceId, role } = invite
  if (!workspaceId || !role) throw new AppError('link_invalid')
  await tx.membership.upsert({
    where: { workspaceId_userId: { workspaceId, userId } },
    create: { workspaceId, userId, role },
    update: { role },
  })
  const { actor, requestId } = by
  const details = { role, inviteId }
  await audit(tx, {
    actor,
    action: 'invite.accepted',
    workspaceId,
    targetId: userId,
    details,
    ...(requestId ? { requestId } : {}),
  })
}
