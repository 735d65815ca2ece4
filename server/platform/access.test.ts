import { describe, expect, it, vi } from 'vitest'
import type { Actor } from '#shared/access/actor.ts'
import type { Resource } from '#shared/access/can.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import { type LoadWorkspaceResource, loadResource, requirePermission } from './access.ts'
import { appCodeOf } from './trpc.ts'

const here = 'here' as WorkspaceId
const user = (overrides: { isPlatformAdmin?: boolean; isSuspended?: boolean } = {}): Actor => ({
  type: 'user',
  userId: 'u' as UserId,
  sessionId: 's' as SessionId,
  name: 'Mina',
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
  ...overrides,
})
const guest: Actor = {
  type: 'guest',
  guestId: 'g' as GuestId,
  linkId: 'l' as ShareLinkId,
  workspaceId: here,
  name: 'Otter',
  color: 1,
  expiresAt: 0,
}
const workspace = (role: WorkspaceRole | null, isDeleted = false): Resource => ({
  type: 'workspace',
  id: here,
  role,
  isDeleted,
})

const answerOf = (...asked: Parameters<typeof requirePermission>): ErrorCode | 'yes' => {
  try {
    requirePermission(...asked)
    return 'yes'
  } catch (error) {
    return appCodeOf(error)
  }
}

describe('requirePermission', () => {
  it('lets through who may, and tells a member whose role is too low so', () => {
    expect(answerOf(user(), 'workspace.write', workspace('editor'))).toBe('yes')
    expect(answerOf(user(), 'workspace.write', workspace('viewer'))).toBe('forbidden')
    expect(answerOf(guest, 'workspace.write', workspace('link'))).toBe('forbidden')
    expect(answerOf(guest, 'workspace.read', workspace('link'))).toBe('yes')
  })

  it("answers a stranger's, a deleted and a missing workspace exactly alike", () => {
    for (const permission of ['workspace.read', 'workspace.own'] as const) {
      expect(answerOf(user(), permission, workspace(null))).toBe('not_found')
      expect(answerOf(user(), permission, null)).toBe('not_found')
    }
    expect(answerOf(user(), 'workspace.read', workspace('owner', true))).toBe('not_found')
    expect(answerOf(guest, 'workspace.read', workspace(null))).toBe('not_found')
  })

  it('tells a platform admin, who may know that it exists, that content is not theirs', () => {
    expect(answerOf(user({ isPlatformAdmin: true }), 'workspace.read', workspace(null))).toBe('forbidden')
    expect(answerOf(user({ isPlatformAdmin: true }), 'workspace.oversee', workspace(null))).toBe('yes')
  })

  it('asks who is not signed in to sign in, and tells the suspended so, before anything else', () => {
    for (const resource of [workspace(null), null, { type: 'self' }, { type: 'platform' }] as const) {
      expect(answerOf({ type: 'anonymous' }, 'workspace.read', resource)).toBe('unauthenticated')
      expect(answerOf(user({ isSuspended: true, isPlatformAdmin: true }), 'platform.admin', resource)).toBe('suspended')
    }
  })

  it('keeps the platform to its admins and accounts to people', () => {
    expect(answerOf(user(), 'platform.admin', { type: 'platform' })).toBe('forbidden')
    expect(answerOf(user({ isPlatformAdmin: true }), 'platform.admin', { type: 'platform' })).toBe('yes')
    expect(answerOf(guest, 'account.use', { type: 'self' })).toBe('forbidden')
  })
})

describe('loadResource', () => {
  it('loads the workspace that a permission is about, and nothing for the others', async () => {
    const load = vi.fn<LoadWorkspaceResource>(() =>
      Promise.resolve({ type: 'workspace', id: here, role: null, isDeleted: false }),
    )
    expect(await loadResource(load, user(), 'workspace.read', here)).toMatchObject({ type: 'workspace', id: here })
    expect(load).toHaveBeenCalledWith(user(), here)
    expect(await loadResource(load, user(), 'account.use', undefined)).toEqual({ type: 'self' })
    expect(await loadResource(load, user(), 'platform.admin', undefined)).toEqual({ type: 'platform' })
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('refuses to judge a workspace permission without a workspace', async () => {
    await expect(loadResource(() => Promise.resolve(null), user(), 'workspace.read', undefined)).rejects.toThrow(
      'workspaceId',
    )
  })
})
