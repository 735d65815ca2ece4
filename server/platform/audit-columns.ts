import type { Prisma } from '#prisma/generated/client.ts'

/**
 * What the audit log may know of a column that changes. `track`: old and new value; `secret`: only that it changed;
 * `ignore`: nothing, because it is bookkeeping, content, or no one's decision. A column without a class does not
 * compile, and fails a test.
 */
export type AuditClass = 'track' | 'secret' | 'ignore'

export const AUDIT_COLUMNS = {
  User: {
    id: 'track',
    email: 'track',
    name: 'track',
    passwordHash: 'secret',
    platformRole: 'track',
    suspendedAt: 'track',
    color: 'track',
    locale: 'track',
    preferences: 'ignore',
    createdAt: 'ignore',
    lastSeenAt: 'ignore',
  },
  Session: {
    id: 'track',
    tokenHash: 'secret',
    userId: 'track',
    createdAt: 'ignore',
    lastUsedAt: 'ignore',
    expiresAt: 'ignore',
    absoluteExpiresAt: 'ignore',
    userAgent: 'ignore',
    address: 'ignore',
  },
  OAuthAccount: { provider: 'track', providerUserId: 'track', userId: 'track', createdAt: 'ignore' },
  OneTimeToken: {
    id: 'track',
    tokenHash: 'secret',
    kind: 'track',
    userId: 'track',
    workspaceId: 'track',
    role: 'track',
    createdBy: 'track',
    createdAt: 'ignore',
    expiresAt: 'track',
    usedAt: 'track',
  },
  Workspace: {
    id: 'track',
    name: 'track',
    createdAt: 'ignore',
    lastEditAt: 'ignore',
    deletedAt: 'track',
    generation: 'ignore',
    volumeId: 'track',
    importId: 'ignore',
  },
  Membership: { workspaceId: 'track', userId: 'track', role: 'track', createdAt: 'ignore', lastOpenAt: 'ignore' },
  ShareLink: {
    id: 'track',
    tokenHash: 'secret',
    workspaceId: 'track',
    label: 'track',
    createdBy: 'track',
    createdAt: 'ignore',
    expiresAt: 'track',
    revokedAt: 'track',
  },
  Guest: {
    id: 'track',
    tokenHash: 'secret',
    linkId: 'track',
    userId: 'track',
    name: 'track',
    color: 'ignore',
    createdAt: 'ignore',
    lastSeenAt: 'ignore',
    removedAt: 'track',
  },
  AgentToken: { workspaceId: 'track', generation: 'track', tokenHash: 'secret', createdAt: 'ignore' },
  // From here on mostly content and its bookkeeping: paths and texts of a workspace are not the audit log's to hold.
  Document: {
    id: 'track',
    workspaceId: 'track',
    path: 'ignore',
    realPath: 'ignore',
    epoch: 'track',
    bom: 'ignore',
    createdAt: 'ignore',
    deletedAt: 'ignore',
  },
  DocumentHead: { documentId: 'ignore', headSeq: 'ignore', snapshotSeq: 'ignore' },
  DocumentUpdate: {
    documentId: 'ignore',
    seq: 'ignore',
    bytes: 'secret',
    bootId: 'ignore',
    firstOrdinal: 'ignore',
    lastOrdinal: 'ignore',
    userIds: 'ignore',
    at: 'ignore',
  },
  DocumentSnapshot: { documentId: 'ignore', seq: 'ignore', bytes: 'secret', at: 'ignore' },
  DocumentArchive: {
    documentId: 'ignore',
    fromSeq: 'ignore',
    toSeq: 'ignore',
    kind: 'ignore',
    bytes: 'secret',
    at: 'ignore',
  },
  FileBase: {
    documentId: 'ignore',
    seq: 'ignore',
    sha256: 'ignore',
    intentSeq: 'ignore',
    intentSha256: 'ignore',
    lineEndings: 'ignore',
    updatedAt: 'ignore',
  },
  ClientId: { documentId: 'ignore', clientId: 'ignore', userId: 'ignore', at: 'ignore' },
  // The audit log itself: its rows are never changed.
  AuditEvent: {
    id: 'ignore',
    at: 'ignore',
    actorType: 'ignore',
    actorId: 'ignore',
    action: 'ignore',
    workspaceId: 'ignore',
    targetId: 'ignore',
    details: 'ignore',
    requestId: 'ignore',
  },
  Setting: { key: 'track', value: 'track', updatedAt: 'ignore', updatedBy: 'track' },
} as const satisfies {
  [Model in Prisma.ModelName]: Record<keyof Prisma.TypeMap['model'][Model]['fields'], AuditClass>
}

type Details = Record<string, string | number | boolean | null>

/** Audit details of a changed row: `name: 'old → new'` of tracked columns, `passwordHash: 'changed'` of secret ones. */
export function changesOf(model: Prisma.ModelName, before: object, after: object): Details {
  const details: Details = {}
  for (const [column, auditClass] of Object.entries<AuditClass>(AUDIT_COLUMNS[model])) {
    const [from, to] = [before, after].map((row) => textOf((row as Record<string, unknown>)[column]))
    if (auditClass === 'ignore' || from === to) continue
    details[column] = auditClass === 'secret' ? 'changed' : `${from} → ${to}`
  }
  return details
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'none'
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean | bigint)
}
