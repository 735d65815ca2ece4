import type { OpenedDocument } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { isWithin, parsePath, toNfc } from '#shared/paths.ts'
import type { TreeEntry, TreeSnapshot } from '#shared/protocol/agent.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import type { Logger } from '#server/platform/log.ts'
import type { AgentGateway } from './agent-gateway.ts'
import type { DocumentRow, DocumentRows } from './document-rows.ts'
import type { Broadcast } from './serve-agent.ts'
import type { TreeStore } from './tree-store.ts'

export type AgentStatus = 'stopped' | 'starting' | 'running' | 'failed'

/** What files need of the runtime. */
export interface RuntimePort {
  /** has the workspace's agent running, or under way */
  start(workspaceId: WorkspaceId): Promise<void>
  agentStatus(workspaceId: WorkspaceId): AgentStatus
  connected(workspaceId: WorkspaceId, generation: number): void
  disconnected(workspaceId: WorkspaceId, generation: number): void
}

export interface Files {
  /** Has the agent running; throws agent_offline where it does not come. */
  requireAgent(workspaceId: WorkspaceId): Promise<void>
  tree(workspaceId: WorkspaceId): Promise<TreeSnapshot & { readonly agent: AgentStatus }>
  list(workspaceId: WorkspaceId, path: string): Promise<readonly TreeEntry[]>
  open(workspaceId: WorkspaceId, path: string): Promise<OpenedDocument>
  create(workspaceId: WorkspaceId, path: string, kind: 'file' | 'folder'): Promise<TreeEntry>
  rename(workspaceId: WorkspaceId, from: string, to: string): Promise<{ readonly from: string; readonly to: string }>
  remove(
    workspaceId: WorkspaceId,
    path: string,
  ): Promise<{ readonly trashId: string; readonly openBy: readonly PresentPerson[] }>
  restore(workspaceId: WorkspaceId, trashId: string): Promise<{ readonly path: string }>
  settle(workspaceId: WorkspaceId, documentIds: readonly DocumentId[] | 'all'): Promise<{ readonly isSettled: boolean }>
  /** somebody is in this document: its agent should be too */
  attach(documentId: DocumentId): void
  /** an agent (re)appeared: it gets the documents that are open */
  attachAll(workspaceId: WorkspaceId): void
  left(documentId: DocumentId): void
  hasOpenDocuments(workspaceId: WorkspaceId): boolean
}

const AGENT_WAIT_MS = 10_000
const TREE_WAIT_MS = 10_000
const SETTLE_MS = 300
const LARGE_BYTES = 1 << 20
const TEXT_MAX_BYTES = 5 << 20

export function createFileUseCases(options: {
  gateway: AgentGateway
  rows: DocumentRows
  trees: TreeStore
  runtime: RuntimePort
  broadcast: Broadcast
  peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  /** resolves when the workspace's first tree is here */
  whenTree: (workspaceId: WorkspaceId, timeoutMs: number) => Promise<void>
  log: Logger
}): Files {
  const { gateway, rows, trees, runtime, broadcast, log } = options
  const attached = new Map<DocumentId, WorkspaceId>()
  const attaching = new Set<DocumentId>()

  const requireAgent = async (workspaceId: WorkspaceId): Promise<void> => {
    await runtime.start(workspaceId)
    await gateway.whenConnected(workspaceId, AGENT_WAIT_MS)
  }

  const attachRow = async (row: DocumentRow): Promise<void> => {
    const { workspaceId, id, path, epoch } = row
    const { bom } = await gateway.call(workspaceId, 'documents.attach', { documentId: id, path, epoch })
    attached.set(id, workspaceId)
    await rows.setBom(id, bom)
  }

  const openOffline = async (workspaceId: WorkspaceId, path: string): Promise<OpenedDocument> => {
    const row = await rows.findByPath(workspaceId, path)
    if (row === null || row.headSeq === 0) throw new AppError('agent_offline')
    const size = trees.get(workspaceId)?.entries.find((entry) => entry.path === path)?.size ?? 0
    return { documentId: row.id, path: row.path, epoch: row.epoch, size, isLarge: size > LARGE_BYTES }
  }

  return {
    requireAgent,

    async tree(workspaceId) {
      const known = trees.get(workspaceId)
      try {
        await runtime.start(workspaceId)
        if (known === null) await options.whenTree(workspaceId, TREE_WAIT_MS)
      } catch (error) {
        if (known === null) throw error
        log.warn({ err: error, workspaceId }, 'the last tree is shown, since the agent does not start')
      }
      const tree = trees.get(workspaceId)
      if (tree === null) throw new AppError('agent_offline')
      return { ...tree, agent: runtime.agentStatus(workspaceId) }
    },

    async list(workspaceId, path) {
      await requireAgent(workspaceId)
      return (await gateway.call(workspaceId, 'files.list', { path })).entries
    },

    async open(workspaceId, raw) {
      const path = parsePath(raw)
      try {
        await requireAgent(workspaceId)
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') throw error
        return openOffline(workspaceId, path)
      }
      const { entry, realPath } = await gateway.call(workspaceId, 'files.stat', { path })
      if (entry.kind !== 'file') throw new AppError('not_a_file')
      if (entry.size > TEXT_MAX_BYTES)
        throw new AppError('too_large', undefined, { details: { limit: TEXT_MAX_BYTES } })
      const row = await rows.ensure(workspaceId, realPath)
      try {
        await attachRow(row)
      } catch (error) {
        if (error instanceof AppError && error.code !== 'timeout') await rows.removeUnseeded(row.id)
        throw error
      }
      return {
        documentId: row.id,
        path: row.path,
        epoch: row.epoch,
        size: entry.size,
        isLarge: entry.size > LARGE_BYTES,
      }
    },

    async create(workspaceId, path, kind) {
      await requireAgent(workspaceId)
      return (await gateway.call(workspaceId, 'files.create', { path, kind })).entry
    },

    async rename(workspaceId, from, to) {
      await requireAgent(workspaceId)
      const { moved } = await gateway.call(workspaceId, 'files.rename', { from, to })
      for (const one of moved) {
        for (const document of await rows.move(workspaceId, one.from, one.to)) {
          const { documentId, from: before, to: after } = document
          broadcast(workspaceId, 'file.renamed', { workspaceId, documentId, from: before, to: after })
        }
      }
      return moved[0] ?? { from: parsePath(from), to: parsePath(to) }
    },

    async remove(workspaceId, raw) {
      const path = parsePath(raw)
      await requireAgent(workspaceId)
      const openBy = options
        .peopleInside(workspaceId)
        .filter((person) => person.paths.some((open) => isWithin(toNfc(open), toNfc(path))))
      // What was just typed is to be in the trash too.
      await gateway.call(workspaceId, 'files.settle', { documentIds: 'all', timeoutMs: SETTLE_MS })
      const { trashId } = await gateway.call(workspaceId, 'files.delete', { path })
      await rows.setGone(workspaceId, path, true)
      return { trashId, openBy }
    },

    async restore(workspaceId, trashId) {
      await requireAgent(workspaceId)
      const { path } = await gateway.call(workspaceId, 'files.restore', { trashId })
      await rows.setGone(workspaceId, path, false)
      return { path }
    },

    async settle(workspaceId, documentIds) {
      if (!gateway.isConnected(workspaceId)) return { isSettled: false }
      const ids = documentIds === 'all' ? documentIds : [...documentIds]
      return gateway.call(workspaceId, 'files.settle', { documentIds: ids, timeoutMs: SETTLE_MS })
    },

    attach(documentId) {
      const workspaceId = attached.get(documentId)
      if (attaching.has(documentId) || (workspaceId !== undefined && gateway.isConnected(workspaceId))) return
      attaching.add(documentId)
      const run = async (): Promise<void> => {
        const row = await rows.find(documentId)
        if (row === null) return
        await requireAgent(row.workspaceId)
        await attachRow(row)
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
          attached.delete(documentId)
          log.warn({ err: error, documentId }, 'a document lost its agent')
        })
      }
    },

    left: (documentId) => void attached.delete(documentId),
    hasOpenDocuments: (workspaceId) => [...attached.values()].includes(workspaceId),
  }
}
