import type { LocatedFile } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { toNfc } from '#shared/paths.ts'
import type { AgentGateway } from './agent-gateway.ts'
import type { DocumentRows } from './document-rows.ts'
import type { TreeStore } from './tree-store.ts'
import type { VolumeGuard } from './volume-guard.ts'

export type LocateFiles = (
  workspaceId: WorkspaceId,
  tabs: readonly { readonly path: string; readonly documentId: string | null }[],
) => Promise<LocatedFile[]>

const STAT_MS = 2_000
const isNone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'path_not_found' || error.code === 'path_invalid')

/** Says what has become of files that somebody had open: there, under another name, or gone. */
export function createLocateFiles(options: {
  gateway: Pick<AgentGateway, 'isConnected' | 'call'>
  rows: Pick<DocumentRows, 'pathsOf'>
  trees: Pick<TreeStore, 'find'>
  guard: Pick<VolumeGuard, 'holdOf'>
}): LocateFiles {
  const { gateway, rows, trees, guard } = options

  /** The real path of a file; null where there is none, undefined where nobody can tell just now. */
  const realPathOf = async (workspaceId: WorkspaceId, path: string): Promise<string | null | undefined> => {
    if (!gateway.isConnected(workspaceId) || guard.holdOf(workspaceId) !== null) return undefined
    try {
      const { entry, realPath } = await gateway.call(workspaceId, 'files.stat', { path }, STAT_MS)
      return entry.kind === 'file' ? toNfc(realPath) : null
    } catch (error) {
      return isNone(error) ? null : undefined
    }
  }
  /** Only an agent that looked and found nothing makes a file gone; the tree knows nothing of ignored folders. */
  const isThere = async (workspaceId: WorkspaceId, path: string): Promise<boolean> =>
    trees.find(workspaceId, path)?.kind === 'file' || (await realPathOf(workspaceId, path)) !== null

  return async (workspaceId, tabs) => {
    const known = await rows.pathsOf(
      workspaceId,
      tabs.flatMap(({ documentId }) => documentId ?? []),
    )
    const locate = async (path: string, now: string): Promise<LocatedFile> => {
      if (toNfc(now) === toNfc(path)) return { isThere: await isThere(workspaceId, path), movedTo: null }
      const real = await realPathOf(workspaceId, path)
      // Its document has the real path where the tab's is that of a link.
      const hasMoved = real !== undefined && real !== toNfc(now) && (await isThere(workspaceId, now))
      return { isThere: real !== null, movedTo: hasMoved ? now : null }
    }
    return Promise.all(
      tabs.map(({ path, documentId }) => locate(path, (documentId === null ? null : known.get(documentId)) ?? path)),
    )
  }
}
