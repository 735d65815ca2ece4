import type { IncomingMessage } from 'node:http'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { type Actor, ANONYMOUS } from '#shared/access/actor.ts'
import type { GuestId, ShareLinkId, WorkspaceId } from '#shared/ids.ts'
import { guestCookieName, parseCookies, sessionCookieName } from '#server/platform/cookies.ts'
import { hashToken } from '#server/platform/tokens.ts'
import type { Sessions } from './sessions.ts'

const TOKEN = /^[A-Za-z0-9_-]{43}$/

/**
 * Who sent this request: the person of a live session, else the guest of a live share link, else nobody.
 * What does not have the form of a token never reaches the database.
 */
export function createResolveActor(options: {
  prisma: PrismaClient
  sessions: Sessions
  isHttps: boolean
  now: () => number
}): (req: Pick<IncomingMessage, 'headers'>) => Promise<Actor> {
  const { prisma, sessions, isHttps, now } = options
  return async (req) => {
    const cookies = parseCookies(req.headers.cookie)
    const sessionToken = cookies.get(sessionCookieName(isHttps))
    const person = sessionToken !== undefined && TOKEN.test(sessionToken) ? await sessions.resolve(sessionToken) : null
    if (person) return person
    const guestToken = cookies.get(guestCookieName(isHttps))
    const guest =
      guestToken !== undefined && TOKEN.test(guestToken) ? await resolveGuest(prisma, guestToken, now()) : null
    return guest ?? ANONYMOUS
  }
}

async function resolveGuest(prisma: PrismaClient, token: string, now: number): Promise<Actor | null> {
  const guest = await prisma.guest.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { link: { include: { workspace: { select: { deletedAt: true } } } } },
  })
  if (!guest || guest.removedAt || guest.link.revokedAt || guest.link.workspace.deletedAt) return null
  // Who came in signed in is a guest under their own name only: without that session this cookie is nobody's.
  if (guest.userId !== null || guest.link.expiresAt.getTime() <= now) return null
  return {
    type: 'guest',
    guestId: guest.id as GuestId,
    linkId: guest.linkId as ShareLinkId,
    workspaceId: guest.link.workspaceId as WorkspaceId,
    name: guest.name,
    color: guest.color,
    expiresAt: guest.link.expiresAt.getTime(),
  }
}
