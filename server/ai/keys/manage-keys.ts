import type { z } from 'zod'
import type { PrismaClient } from '#prisma/generated/client.ts'
import type { UserActor } from '#shared/access/actor.ts'
import type { ApiKeyRow, ApiKeyScope, createKeyInput } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'
import { type LoadWorkspaceResource, requirePermission } from '#server/platform/access.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { KEY_PREFIX, keySession } from './api-keys.ts'

export interface KeysContext {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly now: () => number
}

const MAX_KEYS = 50

/** One's own keys that still open something. */
export async function listKeys({ prisma, now }: KeysContext, me: UserActor): Promise<ApiKeyRow[]> {
  const keys = await prisma.apiKey.findMany({ where: liveKeys(me, now()), orderBy: { createdAt: 'desc' } })
  return keys.map((key) => ({
    id: key.id,
    name: key.name,
    hint: key.hint,
    scopes: key.scopes as ApiKeyScope[],
    workspaceId: key.workspaceId,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  }))
}

/** Makes a key, shown this once. One for a workspace is charged there, and needs the right to use AI in it. */
export async function createKey(
  { prisma, now }: KeysContext,
  { me, requestId, loadWorkspace }: { me: UserActor; requestId: string; loadWorkspace: LoadWorkspaceResource },
  { name, scopes, workspaceId, expiresInDays }: z.output<typeof createKeyInput>,
): Promise<{ id: string; key: string }> {
  if (workspaceId !== null) requirePermission(me, 'workspace.ai', await loadWorkspace(me, workspaceId))
  const id = newId<string>()
  const key = KEY_PREFIX + newToken()
  await prisma.$transaction(async (tx) => {
    if ((await tx.apiKey.count({ where: liveKeys(me, now()) })) >= MAX_KEYS) throw new AppError('too_large')
    await tx.apiKey.create({
      data: {
        id,
        tokenHash: hashToken(key),
        userId: me.userId,
        workspaceId,
        name,
        hint: key.slice(-4),
        scopes: [...new Set(scopes)],
        createdAt: new Date(now()),
        expiresAt: expiresInDays === null ? null : new Date(now() + expiresInDays * 86_400_000),
      },
    })
    const details = { name, scopes: scopes.join(' ') }
    await audit(tx, {
      actor: me,
      action: 'key.created',
      targetId: id,
      details,
      requestId,
      ...(workspaceId === null ? {} : { workspaceId }),
    })
  })
  return { id, key }
}

/** Ends a key, and what is under way with it. */
export async function revokeKey(
  { prisma, control, now }: KeysContext,
  { me, requestId }: { me: UserActor; requestId: string },
  id: string,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const where = { id, userId: me.userId, revokedAt: null }
    const { count } = await tx.apiKey.updateMany({ where, data: { revokedAt: new Date(now()) } })
    if (count === 0) throw new AppError('not_found')
    await audit(tx, { actor: me, action: 'key.revoked', targetId: id, requestId })
  })
  control.publish({ type: 'sessions-revoked', userId: me.userId, sessionIds: [keySession(id)], reason: 'signed-out' })
}

const liveKeys = ({ userId }: UserActor, now: number) => ({
  userId,
  revokedAt: null,
  OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(now) } }],
})
