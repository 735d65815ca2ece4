import { expect, it } from 'vitest'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { newToken } from '#server/platform/tokens.ts'
import { createResolveActor } from './resolve-actor.ts'
import type { Sessions } from './sessions.ts'

const guest = {
  id: 'g',
  linkId: 'l',
  userId: null,
  removedAt: null,
  name: 'Guest Heron',
  color: 1,
  link: { workspaceId: 'w', revokedAt: null, expiresAt: new Date(1000), workspace: { deletedAt: null } },
}
const resolver = (isHttps: boolean) =>
  createResolveActor({
    prisma: { guest: { findUnique: async () => guest } } as unknown as PrismaClient,
    sessions: { resolve: async () => null } as unknown as Sessions,
    isHttps,
    now: () => 0,
  })

it.each([
  [false, 'pairloom-guest', 'guest'],
  [true, '__Host-pairloom-guest', 'guest'],
  // Without the prefix a sibling host could have planted it.
  [true, 'pairloom-guest', 'anonymous'],
  [false, '__Host-pairloom-guest', 'anonymous'],
])('https %s: the cookie %s makes its bearer %s', async (isHttps, name, type) => {
  const actor = await resolver(isHttps)({ headers: { cookie: `${name}=${newToken()}` } })
  expect(actor.type).toBe(type)
})
