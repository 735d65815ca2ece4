import type { Prisma, PrismaClient } from '#prisma/generated/client.ts'
import type { SessionInfo, SignUpMode } from '#shared/api/auth.ts'
import type { SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ControlBus } from '#server/platform/control.ts'

type Tx = Prisma.TransactionClient

/** What this feature asks of accounts. With `tx`, in the caller's transaction. */
export interface AccountsPort {
  /** Nobody else decides who is an admin until the transaction ends. */
  lockAdmins(tx: Tx): Promise<void>
  listSessions(userId: UserId): Promise<SessionInfo[]>
  endSessions(tx: Tx, userId: UserId): Promise<SessionId[]>
  issueLink(
    tx: Tx,
    purpose: { kind: 'platform_invite' } | { kind: 'password_reset'; userId: UserId },
    createdBy: UserId,
  ): Promise<{ readonly id: string; readonly url: string; readonly expiresAt: Date }>
  readSignUpMode(tx: Tx): Promise<SignUpMode>
  writeSignUpMode(tx: Tx, mode: SignUpMode, by: UserId): Promise<void>
}

export interface AdminContext {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly accounts: AccountsPort
  /** How many people are in a workspace right now. */
  readonly peopleInside: (workspaceId: WorkspaceId) => number
  readonly now: () => number
}
