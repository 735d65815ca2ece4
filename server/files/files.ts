import type { Actor } from '#shared/access/actor.ts'
import type { AgentStatus, FilesHold, OpenedDocument } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { isWithin, joinPath, nameOf, parentOf, parsePath, toNfc } from '#shared/paths.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import type { Logger } from '#server/platform/log.ts'
import type { AgentGateway } from './agent-gateway.ts'
import { createAttachments, isHold } from './attachments.ts'
import type { DocumentRows } from './document-rows.ts'
import type { Broadcast } from './serve-agent.ts'
import type { TreePages } from './tree-pages.ts'
import type { TreeStore } from './tree-store.ts'
import type { VolumeGuard } from './volume-guard.ts'

/** What files need of the runtime. */
export interface RuntimePort {
  /** has the workspace's agent running, or under way */
  start(workspaceId: WorkspaceId): Promise<void>
  agentStatus(workspaceId: WorkspaceId): AgentStatus
  connected(workspaceId: WorkspaceId, generation: number): void
  disconnected(workspaceId: WorkspaceId, generation: number): void
}

/** Who asks, for the audit log. */
export interface Asking {
  readonly actor: Actor
  readonly requestId: string
}

export type FileAction =
  | 'file.created'
  | 'file.renamed'
  | 'file.deleted'
  | 'file.restored'
  | 'file.uploaded'
  | 'files.resumed'

export interface FileAuditFacts {
  readonly kind?: 'file' | 'folder'
  readonly documents?: number
  readonly bytes?: number
  readonly known?: number
  readonly gone?: number
}

/** Metadata only: a path is content (docs/decisions/0013). */
export type RecordFiles = (
  by: Asking,
  entry: { action: FileAction; workspaceId: WorkspaceId; targetId?: string; details?: FileAuditFacts },
) => Promise<void>

export interface Files {
  /** Has the agent running; throws agent_offline where it does not come. */
  requireAgent(workspaceId: WorkspaceId): Promise<void>
  /** a `TreeAnswer` as JSON in gzip */
  tree(workspaceId: WorkspaceId): Promise<Buffer>
  list(workspaceId: WorkspaceId, path: string): Promise<readonly TreeEntry[]>
  open(workspaceId: WorkspaceId, path: string): Promise<OpenedDocument>
  create(by: Asking, workspaceId: WorkspaceId, path: string, kind: 'file' | 'folder'): Promise<TreeEntry>
  rename(
    by: Asking,
    workspaceId: WorkspaceId,
    from: string,
    to: string,
  ): Promise<{ readonly from: string; readonly to: string }>
  remove(
    by: Asking,
    workspaceId: WorkspaceId,
    path: string,
  ): Promise<{ readonly trashId: string; readonly openBy: readonly PresentPerson[] }>
  restore(by: Asking, workspaceId: WorkspaceId, trashId: string): Promise<{ readonly path: string }>
  /** Makes the deleted file of an open document again; path_exists where something else has its name. */
  keep(by: Asking, workspaceId: WorkspaceId, documentId: DocumentId): Promise<void>
  /**
   * Compares the disk with what was known once more; `isAccepted`: takes it as it is, missing files for deleted.
   * Answers what is still held.
   */
  resume(by: Asking, workspaceId: WorkspaceId, isAccepted: boolean): Promise<FilesHold | null>
  /** notes an upload that was put in place */
  uploaded(by: Asking, workspaceId: WorkspaceId, bytes: number): Promise<void>
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
/** The agent answers after SETTLE_MS at the latest; one that is busy or hangs, later or never. */
const SETTLE_ANSWER_MS = 2_000
const LARGE_BYTES = 1 << 20
const TEXT_MAX_BYTES = 5 << 20

export function createFileUseCases(options: {
  gateway: AgentGateway
  rows: DocumentRows
  trees: TreeStore
  pages: TreePages
  guard: VolumeGuard
  runtime: RuntimePort
  broadcast: Broadcast
  peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  /** resolves when the workspace's first tree is here */
  whenTree: (workspaceId: WorkspaceId, timeoutMs: number) => Promise<void>
  /** takes in the tree kept over a restart, where none is known */
  loadTree: (workspaceId: WorkspaceId) => Promise<void>
  record: RecordFiles
  log: Logger
}): Files {
  const { record, gateway, rows, trees, pages, guard, runtime, broadcast, log } = options
  const requireAgent = async (workspaceId: WorkspaceId): Promise<void> => {
    await runtime.start(workspaceId)
    await gateway.whenConnected(workspaceId, AGENT_WAIT_MS)
  }
  const attachments = createAttachments({ gateway, rows, guard, requireAgent, broadcast, log })

  const openOffline = async (workspaceId: WorkspaceId, path: string, reason: unknown): Promise<OpenedDocument> => {
    const row = await rows.findByPath(workspaceId, path)
    if (row === null || row.headSeq === 0) throw isHold(reason) ? reason : new AppError('agent_offline')
    // It is brought together with its file once people have decided.
    if (isHold(reason)) attachments.hold(row)
    const size = trees.find(workspaceId, path)?.size ?? 0
    return { documentId: row.id, path: row.path, epoch: row.epoch, size, isLarge: size > LARGE_BYTES }
  }

  const settle: Files['settle'] = async (workspaceId, documentIds) => {
    if (!gateway.isConnected(workspaceId) || guard.holdOf(workspaceId) !== null) return { isSettled: false }
    const input = { documentIds: documentIds === 'all' ? documentIds : [...documentIds], timeoutMs: SETTLE_MS }
    try {
      return await gateway.call(workspaceId, 'files.settle', input, SETTLE_ANSWER_MS)
    } catch (error) {
      // An agent that hangs has settled nothing, and nobody waits longer to hear that.
      if (error instanceof AppError && error.code === 'timeout') return { isSettled: false }
      throw error
    }
  }

  /**
   * The same path with the links of the folders on its way followed: rows are kept by real paths. Throws path_invalid
   * where one leads out of the workspace. What the path names itself is not followed, for a link may be meant.
   */
  const inRealFolder = async (workspaceId: WorkspaceId, path: string): Promise<string> => {
    const folder = parentOf(path)
    if (folder === '') return path
    const { entry, realPath } = await gateway.call(workspaceId, 'files.stat', { path: folder })
    if (entry.kind !== 'folder') throw new AppError('path_not_found')
    return joinPath(realPath, nameOf(path))
  }

  /**
   * Two files whose names are one text in two Unicode forms have one document between them: that of the file that was
   * opened first. Throws name_conflict for the other.
   */
  const requireNoTwin = async (workspaceId: WorkspaceId, realPath: string): Promise<void> => {
    for (const twin of new Set([toNfc(realPath), realPath.normalize('NFD')])) {
      if (twin === realPath) continue
      const other = await gateway.call(workspaceId, 'files.stat', { path: twin })
      if (other.realPath === realPath) continue
      const row = await rows.findByPath(workspaceId, realPath)
      if (row !== null && row.headSeq > 0 && row.realPath !== realPath) throw new AppError('name_conflict')
    }
  }

  return {
    requireAgent,

    async tree(workspaceId) {
      await options.loadTree(workspaceId)
      if (trees.revisionOf(workspaceId) === null) {
        await runtime.start(workspaceId)
        if (trees.revisionOf(workspaceId) === null) await options.whenTree(workspaceId, TREE_WAIT_MS)
      } else {
        // People read the last tree meanwhile; where it has changed they are told.
        runtime.start(workspaceId).catch((error: unknown) => {
          log.warn({ err: error, workspaceId }, 'the last tree is shown, since the agent does not start')
        })
      }
      const page = await pages.read(workspaceId, runtime.agentStatus(workspaceId), guard.holdOf(workspaceId))
      if (page === null) throw new AppError('agent_offline')
      return page
    },

    async list(workspaceId, path) {
      await requireAgent(workspaceId)
      return (await gateway.call(workspaceId, 'files.list', { path })).entries
    },

    async open(workspaceId, raw) {
      const path = parsePath(raw)
      try {
        await requireAgent(workspaceId)
        await guard.require(workspaceId)
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') throw error
        return openOffline(workspaceId, path, error)
      }
      const { entry, realPath } = await gateway.call(workspaceId, 'files.stat', { path })
      if (entry.kind !== 'file') throw new AppError('not_a_file')
      if (entry.size > TEXT_MAX_BYTES)
        throw new AppError('too_large', undefined, { details: { limit: TEXT_MAX_BYTES } })
      await requireNoTwin(workspaceId, realPath)
      const row = await rows.ensure(workspaceId, realPath)
      try {
        await attachments.attachRow(row)
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

    async create(by, workspaceId, path, kind) {
      await requireAgent(workspaceId)
      const { entry } = await gateway.call(workspaceId, 'files.create', { path, kind })
      await record(by, { action: 'file.created', workspaceId, details: { kind } })
      return entry
    },

    async rename(by, workspaceId, from, to) {
      await requireAgent(workspaceId)
      // What was just typed is to be on the disk before a name changes: a moment at most, then without.
      await settle(workspaceId, 'all')
      // Counted before: the agent's watcher may take them along first.
      const documents = (await rows.realPaths(workspaceId)).filter((path) => isWithin(path, parsePath(from))).length
      const { moved } = await gateway.call(workspaceId, 'files.rename', { from, to })
      for (const one of moved) {
        for (const document of await rows.move(workspaceId, one.from, one.to)) {
          const { documentId, from: before, to: after } = document
          broadcast(workspaceId, 'file.renamed', { workspaceId, documentId, from: before, to: after })
        }
      }
      await record(by, { action: 'file.renamed', workspaceId, details: { documents } })
      return moved[0] ?? { from: parsePath(from), to: parsePath(to) }
    },

    async remove(by, workspaceId, raw) {
      const typed = parsePath(raw)
      await requireAgent(workspaceId)
      const path = await inRealFolder(workspaceId, typed)
      const openBy = options
        .peopleInside(workspaceId)
        .filter((person) => person.paths.some((open) => isWithin(toNfc(open), toNfc(path))))
      await settle(workspaceId, 'all')
      const { trashId } = await gateway.call(workspaceId, 'files.delete', { path })
      await rows.setGone(workspaceId, path, true, by.actor.type === 'user' ? by.actor.userId : null)
      await record(by, { action: 'file.deleted', workspaceId, targetId: trashId })
      return { trashId, openBy }
    },

    async restore(by, workspaceId, trashId) {
      await requireAgent(workspaceId)
      const { path } = await gateway.call(workspaceId, 'files.restore', { trashId })
      await rows.setGone(workspaceId, path, false)
      await record(by, { action: 'file.restored', workspaceId, targetId: trashId })
      return { path }
    },

    async keep(by, workspaceId, documentId) {
      const row = await rows.find(documentId)
      if (row?.workspaceId !== workspaceId) throw new AppError('not_found')
      await requireAgent(workspaceId)
      await gateway.call(workspaceId, 'documents.keep', { documentId })
      await rows.setGone(workspaceId, row.path, false)
      await record(by, { action: 'file.restored', workspaceId, targetId: documentId, details: { documents: 1 } })
    },

    async resume(by, workspaceId, isAccepted) {
      const hold = guard.holdOf(workspaceId)
      if (!isAccepted || hold?.reason !== 'missing') {
        await requireAgent(workspaceId).catch((error: unknown) => {
          if (!isHold(error)) throw error
        })
        return guard.again(workspaceId)
      }
      const { known, gone } = hold
      await record(by, { action: 'files.resumed', workspaceId, details: { known, gone } })
      guard.accept(workspaceId)
      return null
    },

    uploaded: (by, workspaceId, bytes) => record(by, { action: 'file.uploaded', workspaceId, details: { bytes } }),

    settle,

    attach: attachments.attach,
    attachAll: attachments.attachAll,
    left: attachments.left,
    hasOpenDocuments: attachments.hasOpenDocuments,
  }
}
