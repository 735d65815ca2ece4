/** Branded ids: a WorkspaceId can never be passed where a UserId is meant. */
declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Id<'user'>
export type SessionId = Id<'session'>
export type WorkspaceId = Id<'workspace'>
export type DocumentId = Id<'document'>
export type ShareLinkId = Id<'shareLink'>
export type GuestId = Id<'guest'>
export type OneTimeTokenId = Id<'oneTimeToken'>
export type ImportId = Id<'import'>
export type TerminalId = Id<'terminal'>
export type ApiKeyId = Id<'apiKey'>
export type ChatSessionId = Id<'chatSession'>
export type ChatMessageId = Id<'chatMessage'>
export type AiRunId = Id<'aiRun'>
export type ConflictId = Id<'conflict'>
export type SuggestionId = Id<'suggestion'>

/** Ids are 16 random bytes as base64url: 22 characters, safe in a URL and in a file name. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{22}$/
