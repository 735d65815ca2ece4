import { z } from 'zod'
import {
  type ConflictId,
  type DocumentId,
  type GuestId,
  ID_PATTERN,
  type ImportId,
  type OneTimeTokenId,
  type SessionId,
  type ShareLinkId,
  type TerminalId,
  type UserId,
  type WorkspaceId,
} from '#shared/ids.ts'

const id = <T extends string>() => z.string().regex(ID_PATTERN) as unknown as z.ZodType<T, string>

export const userId = id<UserId>()
export const sessionId = id<SessionId>()
export const workspaceId = id<WorkspaceId>()
export const documentId = id<DocumentId>()
export const shareLinkId = id<ShareLinkId>()
export const guestId = id<GuestId>()
export const oneTimeTokenId = id<OneTimeTokenId>()
export const importId = id<ImportId>()
export const terminalId = id<TerminalId>()
export const conflictId = id<ConflictId>()

/** A secret of 256 bits as base64url, as it stands in one-time and share links. */
export const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
