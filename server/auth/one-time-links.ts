import type { OneTimeToken, Prisma, PrismaClient } from '#prisma/generated/client.ts'
import type { InvitePreview } from '#shared/api/workspaces.ts'
import { AppError } from '#shared/errors.ts'
import type { OneTimeTokenId, UserId } from '#shared/ids.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'

type Tx = Prisma.TransactionClient
type Kind = OneTimeToken['kind']

const HOUR_MS = 3_600_000
const LIFETIME_MS = {
  platform_invite: 7 * 24 * HOUR_MS,
  password_reset: 24 * HOUR_MS,
} as const

/** An invite dies with its workspace. */
const IN_LIVE_WORKSPACE = {
  OR: [{ workspaceId: null }, { workspace: { deletedAt: null } }],
} satisfies Prisma.OneTimeTokenWhereInput

/** What a link is for. Invites to a workspace are made by the workspaces feature, and used up here at sign-up. */
export type LinkPurpose =
  | { readonly kind: 'platform_invite' }
  | { readonly kind: 'password_reset'; readonly userId: UserId }

export interface IssuedLink {
  readonly id: OneTimeTokenId
  /** Holds the secret, which is nowhere else afterwards. */
  readonly url: string
  readonly expiresAt: Date
}

export interface OneTimeLinks {
  issue(tx: Tx, purpose: LinkPurpose, createdBy: UserId): Promise<IssuedLink>
  /** Uses the link up in the caller's transaction, or throws `link_invalid`. Of two at once, exactly one gets it. */
  consume(tx: Tx, token: string, kinds: readonly Kind[]): Promise<OneTimeToken>
  /** The link, if it would work now; nothing is used up. */
  peek(token: string, kinds: readonly Kind[]): Promise<OneTimeToken>
  preview(token: string): Promise<InvitePreview>
}

/** Invites and password resets: links that work once, expire, and need no mail. */
export function createOneTimeLinks(options: {
  prisma: PrismaClient
  publicUrl: string
  now: () => number
}): OneTimeLinks {
  const { prisma, now } = options
  const base = options.publicUrl.replace(/\/+$/, '')
  const usable = (token: string, kinds: readonly Kind[]) =>
    ({
      tokenHash: hashToken(token),
      kind: { in: [...kinds] },
      usedAt: null,
      expiresAt: { gt: new Date(now()) },
      ...IN_LIVE_WORKSPACE,
    }) satisfies Prisma.OneTimeTokenWhereInput

  async function peek(token: string, kinds: readonly Kind[]): Promise<OneTimeToken> {
    const row = await prisma.oneTimeToken.findFirst({ where: usable(token, kinds) })
    if (!row) throw new AppError('link_invalid')
    return row
  }

  return {
    peek,
    async issue(tx, purpose, createdBy) {
      const token = newToken()
      const id = newId<OneTimeTokenId>()
      const createdAt = new Date(now())
      const expiresAt = new Date(now() + LIFETIME_MS[purpose.kind])
      await tx.oneTimeToken.create({
        data: { id, tokenHash: hashToken(token), ...purpose, createdBy, createdAt, expiresAt },
      })
      const page = purpose.kind === 'password_reset' ? 'reset' : 'invite'
      return { id, url: `${base}/${page}/${token}`, expiresAt }
    },
    async consume(tx, token, kinds) {
      // One plain statement: PostgreSQL judges `used_at` again after it has waited for the row's lock.
      const at = new Date(now())
      const used = await tx.$executeRaw`
        update one_time_token set used_at = ${at}
        where token_hash = ${hashToken(token)} and used_at is null and expires_at > ${at}`
      const row = await tx.oneTimeToken.findFirst({
        where: { tokenHash: hashToken(token), kind: { in: [...kinds] }, ...IN_LIVE_WORKSPACE },
      })
      // Thrown inside the transaction: a link of the wrong kind stays unused.
      if (used === 0 || !row) throw new AppError('link_invalid')
      return row
    },
    async preview(token) {
      const row = await peek(token, ['platform_invite', 'workspace_invite'])
      if (row.workspaceId === null) return { kind: 'platform' }
      const [workspace, inviter] = await Promise.all([
        prisma.workspace.findUnique({ where: { id: row.workspaceId }, select: { name: true } }),
        row.createdBy === null
          ? null
          : prisma.user.findUnique({ where: { id: row.createdBy }, select: { name: true } }),
      ])
      if (!workspace) throw new AppError('link_invalid')
      return {
        kind: 'workspace',
        workspaceName: workspace.name,
        role: row.role ?? 'viewer',
        invitedBy: inviter?.name ?? '',
      }
    },
  }
}
