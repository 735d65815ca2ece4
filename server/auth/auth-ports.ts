import type { Prisma } from '#prisma/generated/client.ts'
import type { SessionInfo, SignUpMode } from '#shared/api/auth.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import type { AuthContext } from './context.ts'
import { lockAdmins } from './create-account.ts'
import type { IssuedLink, LinkPurpose } from './one-time-links.ts'
import { readSignUpMode, writeSignUpMode } from './sign-up-mode.ts'

type Tx = Prisma.TransactionClient

/** What other features may ask of accounts. With `tx`, in the caller's transaction. */
export interface AuthPorts {
  /** Nobody else decides who is an admin until the transaction ends. */
  lockAdmins(tx: Tx): Promise<void>
  listSessions(userId: UserId): Promise<SessionInfo[]>
  /** Ends every session of a person; the caller publishes `sessions-revoked` after the commit. */
  endSessions(tx: Tx, userId: UserId): Promise<SessionId[]>
  issueLink(tx: Tx, purpose: LinkPurpose, createdBy: UserId): Promise<IssuedLink>
  readSignUpMode(tx: Tx): Promise<SignUpMode>
  writeSignUpMode(tx: Tx, mode: SignUpMode, by: UserId): Promise<void>
}

export const createAuthPorts = (auth: AuthContext): AuthPorts => ({
  lockAdmins,
  listSessions: (userId) => auth.sessions.list(userId, null),
  endSessions: (tx, userId) => auth.sessions.end(tx, userId, {}),
  issueLink: (tx, purpose, createdBy) => auth.links.issue(tx, purpose, createdBy),
  readSignUpMode,
  writeSignUpMode: (tx, mode, by) => writeSignUpMode(tx, mode, by, new Date(auth.now())),
})
