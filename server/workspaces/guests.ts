import { createHash } from 'node:crypto'
import type { Guest, PrismaClient } from '#prisma/generated/client.ts'
import type { Actor } from '#shared/access/actor.ts'
import type { GuestPreview } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { GuestId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import { formatCookie, guestCookieName } from '#server/platform/cookies.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { guestName } from './guest-names.ts'
import { inTransaction, memberRoleOf, type Tx } from './workspace-lock.ts'

/** More browsers than this on one link is a leak, not a visit. */
const GUESTS_PER_LINK = 500
const COLORS = 8

/** What is known of the browser that opened a link; a procedure's context has it all. */
export interface Visitor {
  readonly actor: Actor
  readonly requestId: string
  readonly address: string
  readonly userAgent: string
  readonly cookies: ReadonlyMap<string, string>
  setCookie(cookie: string): void
}

interface GuestDeps {
  readonly prisma: PrismaClient
  readonly publicUrl: string
  readonly onGuestJoined: (workspaceId: WorkspaceId, guestId: GuestId, name: string) => void
  readonly now: () => number
}

interface OpenLink {
  readonly id: ShareLinkId
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly expiresAt: Date
}

export type Guests = ReturnType<typeof createGuests>

/** People who come in by a share link. The server names them; whoever was removed does not get in by the same link again. */
export function createGuests({ prisma, publicUrl, onGuestJoined, now }: GuestDeps) {
  const isHttps = publicUrl.startsWith('https:')
  const cookieName = guestCookieName(isHttps)
  /** Outlives another link's cookie, so that a removed guest is known even after a visit elsewhere. */
  const linkCookieName = (link: OpenLink) => `${cookieName}-${link.id}`

  function setCookie(visitor: Visitor, name: string, value: string, link: OpenLink): void {
    const maxAgeSeconds = Math.ceil((link.expiresAt.getTime() - now()) / 1000)
    visitor.setCookie(formatCookie({ name, value, maxAgeSeconds, isHttps }))
  }

  async function openLink(tx: Tx, token: string): Promise<OpenLink> {
    // The lock makes people who join at once take different names.
    const [link] = await tx.$queryRaw<OpenLink[]>`
      select l.id, l.workspace_id as "workspaceId", w.name as "workspaceName", l.expires_at as "expiresAt"
      from share_link l join workspace w on w.id = l.workspace_id
      where l.token_hash = ${hashToken(token)} and l.revoked_at is null and l.expires_at > ${new Date(now())}
        and w.deleted_at is null
      for no key update of l`
    if (!link) throw new AppError('link_invalid')
    return link
  }

  /** The row this browser or account already has on the link. Throws where it was removed. */
  async function knownGuest(tx: Tx, visitor: Visitor, link: OpenLink): Promise<Guest | null> {
    const tokens = [cookieName, linkCookieName(link)].flatMap((name) => visitor.cookies.get(name) ?? [])
    const userId = visitor.actor.type === 'user' ? visitor.actor.userId : null
    const rows = await tx.guest.findMany({
      where: { linkId: link.id, OR: [{ tokenHash: { in: tokens.map(hashToken) } }, ...(userId ? [{ userId }] : [])] },
    })
    if (rows.some((row) => row.removedAt !== null)) throw new AppError('link_invalid')
    return rows.find((row) => row.userId === userId) ?? null
  }

  async function nameFor(tx: Tx, visitor: Visitor, link: OpenLink): Promise<string> {
    if (visitor.actor.type === 'user') return visitor.actor.name
    const rows = await tx.guest.findMany({ where: { linkId: link.id }, select: { name: true } })
    if (rows.length >= GUESTS_PER_LINK) throw new AppError('rate_limited')
    // The same browser meets the same name before and after it joins.
    const seed = createHash('sha256')
      .update(`${link.id}\n${visitor.address}\n${visitor.userAgent}`)
      .digest()
      .readUInt32BE()
    return guestName(seed, new Set(rows.map((row) => row.name)))
  }

  return {
    async preview(visitor: Visitor, token: string): Promise<GuestPreview> {
      return inTransaction(prisma, async (tx) => {
        const link = await openLink(tx, token)
        const name = (await knownGuest(tx, visitor, link))?.name ?? (await nameFor(tx, visitor, link))
        const { workspaceId, workspaceName } = link
        return { workspaceId, workspaceName, expiresAt: link.expiresAt.toISOString(), name }
      })
    },

    /**
     * Lets a browser in, by a cookie of its own. A signed-in person comes in under their own name instead, and a
     * member needs no guest row at all.
     */
    async join(visitor: Visitor, token: string): Promise<{ workspaceId: WorkspaceId; name: string }> {
      const { actor } = visitor
      if (actor.type === 'user' && actor.isSuspended) throw new AppError('suspended')
      const guestToken = newToken()
      const { link, guest, isNew } = await inTransaction(prisma, async (tx) => {
        const link = await openLink(tx, token)
        const userId = actor.type === 'user' ? actor.userId : null
        if (userId && (await memberRoleOf(tx, link.workspaceId, userId))) return { link, guest: null, isNew: false }
        const known = await knownGuest(tx, visitor, link)
        const at = new Date(now())
        if (known) {
          // Only the hash is kept, so a browser that comes back gets a new token.
          const data = { tokenHash: hashToken(guestToken), lastSeenAt: at }
          return { link, guest: await tx.guest.update({ where: { id: known.id }, data }), isNew: false }
        }
        const guest = await addGuest(tx, { link, userId, name: await nameFor(tx, visitor, link), at })
        return { link, guest, isNew: true }
      })
      const { workspaceId } = link
      if (!guest) return { workspaceId, name: actor.type === 'user' ? actor.name : '' }
      if (guest.userId === null) setCookie(visitor, cookieName, guestToken, link)
      setCookie(visitor, linkCookieName(link), guestToken, link)
      if (isNew) onGuestJoined(workspaceId, guest.id as GuestId, guest.name)
      return { workspaceId, name: guest.name }

      async function addGuest(
        tx: Tx,
        row: { link: OpenLink; userId: UserId | null; name: string; at: Date },
      ): Promise<Guest> {
        const id = newId<GuestId>()
        const color = actor.type === 'user' ? actor.color : (Buffer.from(id, 'base64url').readUInt8() % COLORS) + 1
        const { userId, name, at } = row
        const data = {
          id,
          tokenHash: hashToken(guestToken),
          linkId: row.link.id,
          userId,
          name,
          color,
          createdAt: at,
          lastSeenAt: at,
        }
        const added = await tx.guest.create({ data })
        const { workspaceId, id: linkId } = row.link
        const { requestId } = visitor
        await audit(tx, { actor, requestId, action: 'guest.joined', workspaceId, targetId: id, details: { linkId } })
        return added
      }
    },
  }
}
