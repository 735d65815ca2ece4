import { expect, it } from 'vitest'
import type { GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import { ANONYMOUS, authorId } from './actor.ts'

it('names the person, the guest or the agent behind a change, and nobody behind an anonymous one', () => {
  const workspaceId = 'w' as WorkspaceId
  const common = { name: 'Mina', color: 1 }
  const ids = { userId: 'u' as UserId, sessionId: 's' as SessionId }
  expect(authorId({ type: 'user', ...ids, ...common, isPlatformAdmin: false, isSuspended: false })).toBe('u')
  const guest = { guestId: 'g' as GuestId, linkId: 'l' as ShareLinkId, workspaceId, expiresAt: 0 }
  expect(authorId({ type: 'guest', ...guest, ...common })).toBe('g')
  expect(authorId({ type: 'agent', workspaceId, generation: 2 })).toBe('agent:w')
  expect(authorId(ANONYMOUS)).toBeNull()
})
