import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { WorkspaceId } from '#shared/ids.ts'

/** A workspace being made: nothing of it is seen until it is published by one rename and one transaction. */
export interface Staging {
  /** everything of this attempt; removed when it ends, however it ends */
  readonly root: string
  /** where an uploaded archive is received */
  readonly upload: string
  /** becomes the workspace's folder */
  readonly workspace: string
  readonly files: string
  readonly workspaceId: WorkspaceId
  readonly volumeId: string
}

export type Folders = ReturnType<typeof createFolders>

/** Where workspaces lie on this machine: `workspaces/<id>/files` and, beside them, `runtime` with the volume's id. */
export function createFolders(dataDir: string) {
  const staged = path.join(dataDir, 'imports')
  const workspace = (id: string) => path.join(dataDir, 'workspaces', id)
  const idFile = (root: string) => path.join(root, 'workspace-id')

  return {
    workspace,
    files: (id: WorkspaceId) => path.join(workspace(id), 'files'),
    runtime: (id: WorkspaceId) => path.join(workspace(id), 'runtime'),

    async stage(stagingId: string, ids: { workspaceId: WorkspaceId; volumeId: string }): Promise<Staging> {
      const root = path.join(staged, stagingId)
      const folder = path.join(root, 'workspace')
      await mkdir(path.join(folder, 'files'), { recursive: true, mode: 0o700 })
      await mkdir(path.join(folder, 'runtime'), { mode: 0o700 })
      await writeFile(path.join(folder, 'runtime', 'volume-id'), ids.volumeId)
      // After a crash this tells which workspace the attempt was about to become.
      await writeFile(idFile(root), ids.workspaceId)
      return { ...ids, root, upload: path.join(root, 'upload'), workspace: folder, files: path.join(folder, 'files') }
    },

    async moveIntoPlace(staging: Staging): Promise<void> {
      const target = workspace(staging.workspaceId)
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
      await rename(staging.workspace, target)
    },

    /**
     * Ends an attempt by what the database says: where the workspace exists its files are kept (and moved into place
     * if they are not yet there), otherwise nothing of it stays.
     */
    async settle(root: string, exists: (id: string) => Promise<boolean>): Promise<void> {
      const workspaceId = await readFile(idFile(root), 'utf8').catch(() => '')
      if (workspaceId !== '') {
        const target = workspace(workspaceId)
        if (!(await exists(workspaceId))) await rm(target, { recursive: true, force: true })
        else if (!(await isThere(target))) await rename(path.join(root, 'workspace'), target)
      }
      await rm(root, { recursive: true, force: true })
    },

    /** The attempts that a crash left behind. */
    async leftovers(): Promise<string[]> {
      const names = await readdir(staged).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      return names.map((name) => path.join(staged, name))
    },

    remove: (id: WorkspaceId) => rm(workspace(id), { recursive: true, force: true }),
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
