import type { Actor } from '#shared/access/actor.ts'
import { authorId } from '#shared/access/actor.ts'
import type { Prisma } from '#prisma/generated/client.ts'

export interface AuditEntry {
  readonly actor: Actor
  /** `noun.verb`, as in `member.role-changed` */
  readonly action: string
  readonly workspaceId?: string
  readonly targetId?: string
  /** Metadata only: never text of files, prompts or secrets. */
  readonly details?: Record<string, string | number | boolean | null>
  readonly requestId?: string
}

/** Writes one audit row in the caller's transaction, so that a change and its row stand or fall together. */
export async function audit(tx: Prisma.TransactionClient, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({
    data: {
      actorType: entry.actor.type,
      actorId: authorId(entry.actor),
      action: entry.action,
      workspaceId: entry.workspaceId ?? null,
      targetId: entry.targetId ?? null,
      details: entry.details ?? {},
      requestId: entry.requestId ?? null,
    },
  })
}
