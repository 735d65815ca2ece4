import type pg from 'pg'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import { type AgentSocket, createAgentGateway } from './agent-gateway.ts'
import { type AgentIdentity, createBaseStore } from './base-store.ts'
import { createConflicts } from './conflicts/conflicts.ts'
import type { ConflictSync } from './conflicts/ports.ts'
import { createDeletedFiles, type TextPort } from './deleted-files.ts'
import { createDocumentRows } from './document-rows.ts'
import { createFileRoutes } from './file-routes.ts'
import { createFileUseCases, type RecordFiles, type RuntimePort } from './files.ts'
import { createMoveFollower } from './follow-moves.ts'
import { createLocateFiles } from './locate-files.ts'
import { createFilesRouter } from './router.ts'
import { type Broadcast, serveAgent, type SyncPort } from './serve-agent.ts'
import { createTreeFiles } from './tree-files.ts'
import { createNoteOrigin } from './note-origin.ts'
import { createTreePages } from './tree-pages.ts'
import { createTreeStore } from './tree-store.ts'
import { createVolumeGuard } from './volume-guard.ts'

export interface FilesOptions {
  readonly pool: pg.Pool
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly runtime: RuntimePort
  readonly sync: SyncPort & ConflictSync & TextPort
  /** tells everyone inside a workspace */
  readonly broadcast: Broadcast
  readonly peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  /** where the last tree of a workspace is kept */
  readonly treeFile: (workspaceId: WorkspaceId) => string
  /** other features speak with agents too */
  readonly onAgent?: (agent: AgentIdentity, socket: AgentSocket, cutOff: (reason: string) => void) => void
  readonly onAgentGone?: (agent: AgentIdentity) => void
  readonly log: Logger
}

/** Opening documents, the tree, and the calls to agents. */
export function createFiles(options: FilesOptions) {
  const { broadcast, log, control } = options
  const rows = createDocumentRows(options.pool)
  const bases = createBaseStore(options.pool)
  const noteOrigin = createNoteOrigin(options.pool)
  const conflicts = createConflicts({ pool: options.pool, sync: options.sync, broadcast, log })
  const trees = createTreeStore()
  const pages = createTreePages(trees)
  const treeFiles = createTreeFiles({ fileOf: options.treeFile, trees, log })
  const treeWaiters = new Map<WorkspaceId, Set<() => void>>()

  const whenTree = (workspaceId: WorkspaceId, timeoutMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const waiters = treeWaiters.get(workspaceId) ?? new Set()
      treeWaiters.set(workspaceId, waiters)
      const timer = setTimeout(() => {
        waiters.delete(arrive)
        reject(new AppError('agent_offline'))
      }, timeoutMs)
      const arrive = (): void => {
        clearTimeout(timer)
        resolve()
      }
      waiters.add(arrive)
    })

  const announce: Broadcast = (workspaceId, event, payload) => {
    broadcast(workspaceId, event, payload)
    const isTree = event === 'tree.reset' || event === 'tree.delta'
    // What is not to be trusted yet does not take the place of what was known.
    if (isTree && guard.isTrusted(workspaceId)) treeFiles.changed(workspaceId)
    if (event !== 'tree.reset') return
    const waiters = treeWaiters.get(workspaceId)
    treeWaiters.delete(workspaceId)
    for (const arrive of waiters ?? []) arrive()
  }

  const guard = createVolumeGuard({
    async readKnown(workspaceId) {
      const tree = trees.get(workspaceId)
      const kept =
        tree === null
          ? await treeFiles.read(workspaceId)
          : { entries: tree.entries, generation: trees.generationOf(workspaceId) }
      if (kept === null) return { generation: null, files: await rows.realPaths(workspaceId) }
      const files = kept.entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : []))
      return { generation: kept.generation, files }
    },
    countMissing: async (workspaceId, paths) =>
      (await gateway.call(workspaceId, 'volume.check', { paths: [...paths] })).missing,
    onHold: (workspaceId, hold) => broadcast(workspaceId, 'files.held', { workspaceId, hold }),
    onReleased(workspaceId) {
      treeFiles.changed(workspaceId)
      files.attachAll(workspaceId)
    },
    log,
  })
  const runtime: RuntimePort = {
    ...options.runtime,
    async start(workspaceId) {
      try {
        await options.runtime.start(workspaceId)
      } catch (error) {
        if (error instanceof AppError && error.code === 'wrong_volume') guard.refused(workspaceId)
        throw error
      }
    },
  }

  const followMoves = createMoveFollower({ rows, broadcast })
  const gateway = createAgentGateway({
    control,
    onConnected(agent, socket, cutOff) {
      serveAgent({
        agent,
        socket,
        sync: options.sync,
        bases,
        rows,
        trees,
        broadcast: announce,
        noteOrigin,
        noteConflict: conflicts.note,
        onSettled: conflicts.settled,
        onLeft: (id) => files.left(id),
        onMoved: (moves) => followMoves(agent.workspaceId, moves),
        cutOff,
        log,
      })
      conflicts.follow(agent.workspaceId)
      options.onAgent?.(agent, socket, cutOff)
      runtime.connected(agent.workspaceId, agent.generation)
      guard.connected(agent)
    },
    onDisconnected(agent) {
      guard.disconnected(agent)
      options.onAgentGone?.(agent)
      runtime.disconnected(agent.workspaceId, agent.generation)
    },
    log,
  })
  const record: RecordFiles = ({ actor, requestId }, { details, ...entry }) =>
    audit(options.prisma, { actor, requestId, ...entry, details: { ...details } })
  const files = createFileUseCases({
    gateway,
    rows,
    trees,
    pages,
    guard,
    runtime,
    broadcast,
    peopleInside: options.peopleInside,
    whenTree,
    loadTree: (workspaceId) => treeFiles.load(workspaceId),
    record,
    log,
  })
  const locate = createLocateFiles({ gateway, rows, trees, guard })
  const deleted = createDeletedFiles({
    pool: options.pool,
    files,
    gateway,
    sync: options.sync,
    trees,
    guard,
    record,
  })
  const unsubscribe = control.subscribe((event) => {
    if (event.type !== 'workspace-deleted') return
    trees.forget(event.workspaceId)
    pages.forget(event.workspaceId)
    treeFiles.forget(event.workspaceId)
    guard.forget(event.workspaceId)
  })

  return {
    router: createFilesRouter({ files, conflicts, locate, deleted }),
    routes: createFileRoutes({ files, gateway, workspaceName: createWorkspaceName(options.pool) }),
    /** where agents connect */
    upgrade: gateway.route,
    /** Somebody waits for a document, or edits it: its agent joins it, and seeds it where it is new. */
    documentNeeded: (documentId: DocumentId): void => files.attach(documentId),
    /** The document of a file, for features that judged access already; the agent seeds it where it is new. */
    openDocument: files.open,
    hasOpenDocuments: (workspaceId: WorkspaceId): boolean => files.hasOpenDocuments(workspaceId),
    /** Has the workspace's agent running; throws agent_offline where it does not come. */
    requireAgent: files.requireAgent,
    callAgent: gateway.call,
    sayStop: (workspaceId: WorkspaceId): void => gateway.sayStop(workspaceId),
    async close(): Promise<void> {
      unsubscribe()
      await gateway.close()
      await treeFiles.close()
    },
  }
}

/** What an archive of the whole is called. */
function createWorkspaceName(pool: pg.Pool) {
  return async (workspaceId: WorkspaceId): Promise<string> => {
    const { rows } = await pool.query<{ name: string }>('select name from workspace where id = $1', [workspaceId])
    return rows[0]?.name ?? 'workspace'
  }
}
