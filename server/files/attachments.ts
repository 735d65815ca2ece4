import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { Logger } from '#server/platform/log.ts'
import type { AgentGateway } from './agent-gateway.ts'
import type { DocumentRow, DocumentRows } from './document-rows.ts'
import type { Broadcast } from './serve-agent.ts'
import type { VolumeGuard } from './volume-guard.ts'

/** Which documents an agent keeps together with their files, or should once there is one. */
export interface Attachments {
  /** Has the agent of a document join it; throws what keeps it from that. */
  attachRow(row: DocumentRow): Promise<void>
  /** It is brought together with its file once people have decided. */
  hold(row: DocumentRow): void
  /** somebody is in this document: its agent should be too */
  attach(documentId: DocumentId): void
  /** an agent (re)appeared: it gets the documents that are open */
  attachAll(workspaceId: WorkspaceId): void
  left(documentId: DocumentId): void
  hasOpenDocuments(workspaceId: WorkspaceId): boolean
}

/** Nothing is wrong with the agent: people are to decide what its disk is. */
export const isHold = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'files_held' || error.code === 'wrong_volume')

/** The agent went away, or is at its limit, in the middle: nothing is known of the file. */
const isPassing = (error: unknown): boolean =>
  error instanceof AppError && ['agent_offline', 'timeout', 'unavailable'].includes(error.code)

export function createAttachments(options: {
  gateway: Pick<AgentGateway, 'call' | 'isConnected'>
  rows: Pick<DocumentRows, 'find' | 'setBom'>
  guard: Pick<VolumeGuard, 'require'>
  requireAgent: (workspaceId: WorkspaceId) => Promise<void>
  broadcast: Broadcast
  log: Logger
}): Attachments {
  const { gateway, rows, guard, requireAgent, broadcast, log } = options
  const attached = new Map<DocumentId, WorkspaceId>()
  const attaching = new Set<DocumentId>()

  const attachRow = async (row: DocumentRow): Promise<void> => {
    const { workspaceId, id, realPath, epoch } = row
    await guard.require(workspaceId)
    const { bom } = await gateway.call(workspaceId, 'documents.attach', { documentId: id, path: realPath, epoch })
    attached.set(id, workspaceId)
    await rows.setBom(id, bom)
  }

  /** What is typed is saved and on no disk: people are told why. */
  const tellApart = (workspaceId: WorkspaceId, documentId: DocumentId, error: unknown): void => {
    const reason = error instanceof AppError ? { reason: error.code } : { err: error }
    log.warn({ ...reason, documentId }, 'a document has no agent')
    if (!(error instanceof AppError) || isPassing(error)) return
    broadcast(workspaceId, 'file.status', { workspaceId, documentId, status: 'failed', seq: 0, message: error.code })
  }

  return {
    attachRow,
    hold: ({ id, workspaceId }) => void attached.set(id, workspaceId),

    attach(documentId) {
      const workspaceId = attached.get(documentId)
      if (attaching.has(documentId) || (workspaceId !== undefined && gateway.isConnected(workspaceId))) return
      attaching.add(documentId)
      const run = async (): Promise<void> => {
        const row = await rows.find(documentId)
        if (row === null) return
        try {
          await requireAgent(row.workspaceId)
          await attachRow(row)
        } catch (error) {
          if (!isHold(error)) return tellApart(row.workspaceId, documentId, error)
          attached.set(documentId, row.workspaceId)
        }
      }
      run()
        .catch((error: unknown) => log.warn({ err: error, documentId }, 'a document has no agent'))
        .finally(() => attaching.delete(documentId))
    },

    attachAll(workspaceId) {
      for (const [documentId, owner] of attached) {
        if (owner !== workspaceId) continue
        const run = async (): Promise<void> => {
          const row = await rows.find(documentId)
          if (row === null) attached.delete(documentId)
          else await attachRow(row)
        }
        run().catch((error: unknown) => {
          // The next agent is given it.
          if (isPassing(error)) return
          attached.delete(documentId)
          tellApart(workspaceId, documentId, error)
        })
      }
    },

    left: (documentId) => void attached.delete(documentId),
    hasOpenDocuments: (workspaceId) => [...attached.values()].includes(workspaceId),
  }
}
