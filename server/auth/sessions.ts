import type { Prisma, PrismaClient } from '#prisma/generated/client.ts'
import type { UserActor } from '#shared/access/actor.ts'
import type { SessionInfo } from '#shared/api/auth.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import { formatCookie, sessionCookieName } from '#server/platform/cookies.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { endOfSession, type PlatformRole, TOUCH_EVERY_MS } from './session-lifetime.ts'

type Tx = Prisma.TransactionClient

interface SessionOwner {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly platformRole: PlatformRole
  readonly suspendedAt: Date | null
}

export interface Sessions {
  /** A new session in the caller's transaction; the cookie's token exists nowhere else. */
  start(
    tx: Tx,
    owner: SessionOwner,
    from: { address: string; userAgent: string },
  ): Promise<{ actor: UserActor; cookie: string }>
  /** The person whose live session this token is, or null. Being asked keeps the session from falling idle. */
  resolve(token: string): Promise<UserActor | null>
  /** Keeps a session alive while only its sockets are busy. */
  touch(sessionId: SessionId): Promise<void>
  list(userId: UserId, current: SessionId | null): Promise<SessionInfo[]>
  /** Ends sessions in the caller's transaction and says which; the caller announces them once it is committed. */
  end(tx: Tx, userId: UserId, which: { only?: SessionId; except?: SessionId }): Promise<SessionId[]>
  /** Removes sessions that ran out and returns them, so that their sockets can be closed. */
  removeExpired(): Promise<{ id: SessionId; userId: UserId }[]>
  readonly clearingCookie: string
}

const MAX_TOUCHED = 10_000

const OWNER = { id: true, name: true, color: true, platformRole: true, suspendedAt: true } as const

/** Opaque tokens of 256 bits; the database holds their hashes only. */
export function createSessions(options: { prisma: PrismaClient; isHttps: boolean; now: () => number }): Sessions {
  const { prisma, isHttps, now } = options
  const cookie = (value: string, maxAgeSeconds: number) =>
    formatCookie({ name: sessionCookieName(isHttps), value, maxAgeSeconds, isHttps })

  /** Session → when its sockets were last told to keep it alive, so that busy sockets cost no query each. */
  const touched = new Map<string, number>()

  async function touch(id: string): Promise<void> {
    const at = now()
    if (at - (touched.get(id) ?? -Infinity) < TOUCH_EVERY_MS) return
    // Forgetting costs a query, keeping everything costs memory.
    if (touched.size > MAX_TOUCHED) touched.clear()
    touched.set(id, at)
    const session = await prisma.session.findUnique({ where: { id }, include: { user: { select: OWNER } } })
    // What has run out stays so, even before it is swept away.
    if (session && isLive(session)) await slide(session)
  }

  // Judged by the role of this moment: who became an admin has an admin's short session at once.
  const isLive = (session: { createdAt: Date; lastUsedAt: Date; user: SessionOwner }): boolean =>
    endOfSession(session, session.user.platformRole).expiresAt.getTime() > now()

  async function slide(session: { id: string; createdAt: Date; lastUsedAt: Date; user: SessionOwner }): Promise<void> {
    const at = new Date(now())
    if (at.getTime() - session.lastUsedAt.getTime() < TOUCH_EVERY_MS) return
    const { expiresAt } = endOfSession({ createdAt: session.createdAt, lastUsedAt: at }, session.user.platformRole)
    // Of many requests at once, one writes.
    const { count } = await prisma.session.updateMany({
      where: { id: session.id, lastUsedAt: session.lastUsedAt },
      data: { lastUsedAt: at, expiresAt },
    })
    if (count > 0) await prisma.user.update({ where: { id: session.user.id }, data: { lastSeenAt: at } })
  }

  return {
    clearingCookie: cookie('', 0),
    async start(tx, owner, from) {
      const token = newToken()
      const id = newId<SessionId>()
      const at = new Date(now())
      const ends = endOfSession({ createdAt: at, lastUsedAt: at }, owner.platformRole)
      await tx.session.create({
        data: { id, tokenHash: hashToken(token), userId: owner.id, createdAt: at, lastUsedAt: at, ...ends, ...from },
      })
      const maxAgeSeconds = Math.floor((ends.absoluteExpiresAt.getTime() - at.getTime()) / 1000)
      return { actor: actorOf(id, owner), cookie: cookie(token, maxAgeSeconds) }
    },
    async resolve(token) {
      const session = await prisma.session.findUnique({
        where: { tokenHash: hashToken(token) },
        include: { user: { select: OWNER } },
      })
      if (!session || !isLive(session)) return null
      await slide(session)
      return actorOf(session.id as SessionId, session.user)
    },
    touch,
    async list(userId, current) {
      const rows = await prisma.session.findMany({
        where: { userId, expiresAt: { gt: new Date(now()) } },
        orderBy: [{ lastUsedAt: 'desc' }, { id: 'asc' }],
      })
      return rows.map((row) => ({
        id: row.id,
        userAgent: row.userAgent,
        address: row.address,
        createdAt: row.createdAt.toISOString(),
        lastUsedAt: row.lastUsedAt.toISOString(),
        isCurrent: row.id === current,
      }))
    },
    async end(tx, userId, { only, except }) {
      const rows = await tx.session.findMany({
        where: { userId, ...(only ? { id: only } : except ? { id: { not: except } } : {}) },
        select: { id: true },
      })
      const ids = rows.map((row) => row.id as SessionId)
      await tx.session.deleteMany({ where: { id: { in: ids } } })
      return ids
    },
    async removeExpired() {
      // One statement: a session that is used in the same moment is either kept or ended, never both.
      return prisma.$queryRaw<{ id: SessionId; userId: UserId }[]>`
        delete from session where expires_at <= ${new Date(now())} returning id, user_id as "userId"`
    },
  }
}

const actorOf = (sessionId: SessionId, owner: SessionOwner): UserActor => ({
  type: 'user',
  userId: owner.id as UserId,
  sessionId,
  name: owner.name,
  color: owner.color,
  isPlatformAdmin: owner.platformRole === 'admin',
  isSuspended: owner.suspendedAt !== null,
})
