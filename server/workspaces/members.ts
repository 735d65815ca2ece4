import type { PrismaClient } from '#prisma/generated/client.ts'
import { canChangeRole } from '#shared/access/can.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { Member } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { inTransaction, lockWorkspace, memberRoleOf, type Requester, type Tx, userOf } from './workspace-lock.ts'

interface Target {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

export type Members = ReturnType<typeof createMembers>

/** Members of a workspace and their roles. Every change is judged again under the lock, and told to live sockets. */
export function createMembers({ prisma, control }: { prisma: PrismaClient; control: ControlBus }) {
  const tell = (workspaceId: WorkspaceId, userId: UserId, role: MemberRole | null) =>
    control.publish({ type: 'role-changed', workspaceId, userId, role })

  return {
    async list(by: Requester, workspaceId: WorkspaceId): Promise<Member[]> {
      const rows = await prisma.membership.findMany({
        where: { workspaceId },
        include: { user: { select: { name: true, email: true, color: true } } },
        orderBy: [{ role: 'asc' }, { createdAt: 'asc' }],
      })
      const me = by.actor.type === 'user' ? by.actor.userId : null
      return rows.map(({ userId, role, user }) => ({ userId, ...user, role, isMe: userId === me }))
    },

    /** `ifRole` is the role the asker saw: where it changed meanwhile, nothing is done, or a yes would take away. */
    async setRole(
      by: Requester,
      { workspaceId, userId, role, ifRole }: Target & { role: MemberRole; ifRole?: MemberRole | undefined },
    ): Promise<void> {
      const isChanged = await inTransaction(prisma, async (tx) => {
        const from = await judgeChange(tx, by, { workspaceId, userId }, role)
        if (from === role) return false
        if (ifRole !== undefined && from !== ifRole) throw new AppError('conflict')
        await tx.membership.update({ where: { workspaceId_userId: { workspaceId, userId } }, data: { role } })
        if (role !== 'owner' && role !== 'admin') await dropInvitesOf(tx, workspaceId, userId)
        const details = { from, to: role }
        await audit(tx, { ...by, action: 'member.role-changed', workspaceId, targetId: userId, details })
        return true
      })
      if (isChanged) tell(workspaceId, userId, role)
    },

    async remove(by: Requester, { workspaceId, userId }: Target): Promise<void> {
      await inTransaction(prisma, async (tx) => {
        const from = await judgeChange(tx, by, { workspaceId, userId }, null)
        await removeMembership(tx, { workspaceId, userId })
        await audit(tx, { ...by, action: 'member.removed', workspaceId, targetId: userId, details: { from } })
      })
      tell(workspaceId, userId, null)
    },

    async leave(by: Requester, workspaceId: WorkspaceId): Promise<void> {
      const { userId } = userOf(by.actor)
      await inTransaction(prisma, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        const from = await memberRoleOf(tx, workspaceId, userId)
        if (from === null) throw new AppError('not_found')
        if (from === 'owner') await keepAnOwner(tx, { workspaceId, userId })
        await removeMembership(tx, { workspaceId, userId })
        await audit(tx, { ...by, action: 'member.left', workspaceId, targetId: userId, details: { from } })
      })
      tell(workspaceId, userId, null)
    },

    /** Hands ownership to another member; the giver stays as an admin. */
    async transfer(by: Requester, { workspaceId, userId }: Target): Promise<void> {
      const giver = userOf(by.actor).userId
      if (giver === userId) throw new AppError('bad_request')
      await inTransaction(prisma, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        if ((await memberRoleOf(tx, workspaceId, giver)) !== 'owner') throw new AppError('forbidden')
        if ((await memberRoleOf(tx, workspaceId, userId)) === null) throw new AppError('not_found')
        for (const [id, role] of [
          [userId, 'owner'],
          [giver, 'admin'],
        ] as const) {
          await tx.membership.update({ where: { workspaceId_userId: { workspaceId, userId: id } }, data: { role } })
        }
        await audit(tx, { ...by, action: 'workspace.transferred', workspaceId, targetId: userId })
      })
      tell(workspaceId, userId, 'owner')
      tell(workspaceId, giver, 'admin')
    },
  }
}

/** Answers the target's present role, or throws. The asker's own role is read anew: it may have changed while waiting. */
async function judgeChange(tx: Tx, by: Requester, target: Target, to: MemberRole | null): Promise<MemberRole> {
  const { workspaceId, userId } = target
  await lockWorkspace(tx, workspaceId)
  const own = await memberRoleOf(tx, workspaceId, userOf(by.actor).userId)
  const from = await memberRoleOf(tx, workspaceId, userId)
  if (own === null || from === null) throw new AppError('not_found')
  if (!canChangeRole(own, from, to)) throw new AppError('forbidden')
  if (from === 'owner' && to !== 'owner') await keepAnOwner(tx, target)
  return from
}

async function keepAnOwner(tx: Tx, { workspaceId, userId }: Target): Promise<void> {
  const others = await tx.membership.count({ where: { workspaceId, role: 'owner', userId: { not: userId } } })
  if (others === 0) throw new AppError('last_owner')
}

async function removeMembership(tx: Tx, { workspaceId, userId }: Target): Promise<void> {
  await tx.membership.delete({ where: { workspaceId_userId: { workspaceId, userId } } })
  await dropInvitesOf(tx, workspaceId, userId)
}

/** An invite is worth what its maker may do: whoever lost the right to invite leaves no open doors behind. */
async function dropInvitesOf(tx: Tx, workspaceId: WorkspaceId, userId: UserId): Promise<void> {
  await tx.oneTimeToken.deleteMany({
    where: { workspaceId, createdBy: userId, kind: 'workspace_invite', usedAt: null },
  })
}
