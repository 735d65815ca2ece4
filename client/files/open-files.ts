import { takeEarly } from './early-opening.ts'
import { openModel } from '../editor/open-model.ts'
import { hasUnsavedEdits } from '../sync/document-state.ts'
import type { DocumentTarget } from '../sync/document-session.ts'
import type { SyncConnection } from '../sync/sync-connection.ts'
import { createDiskWatch } from './disk-watch.ts'
import { filesApi } from './files-api.ts'
import { settleState } from './settled-state.ts'
import type { OpenFile, WorkbenchStore } from './state.ts'

export interface OpenFiles {
  readonly ensure: (path: string) => void
  readonly retry: (path: string) => void
  /** lets go of every file that no tab shows */
  readonly releaseUnshown: (shown: ReadonlySet<string>) => void
  readonly rename: (from: string, to: string) => void
  readonly target: (path: string) => Promise<DocumentTarget>
  readonly settle: (path: string) => Promise<boolean>
  /** the agent wrote a document as it was at `seq` */
  readonly onDisk: (documentId: string, seq: number) => void
  readonly close: () => void
}

/** The documents behind the tabs: opened once each, let go when their edits are safe. */
export function createOpenFiles(store: WorkbenchStore, workspaceId: string, sync: () => SyncConnection): OpenFiles {
  const put = (path: string, file: OpenFile | null): void => {
    const { [path]: _old, ...rest } = store.getState().files
    store.setState({ files: file === null ? rest : { ...rest, [path]: file } })
  }
  const target = async (path: string): Promise<DocumentTarget & { isLarge: boolean }> => {
    const opened = (await takeEarly(workspaceId, path)) ?? (await filesApi.open.mutate({ workspaceId, path }))
    return { documentId: opened.documentId, epoch: opened.epoch, path: opened.path, isLarge: opened.isLarge }
  }

  const disk = createDiskWatch(store, (documentId) =>
    filesApi.settle.mutate({ workspaceId, documentIds: [documentId] }),
  )

  const load = async (path: string): Promise<void> => {
    put(path, { status: 'opening' })
    try {
      const { isLarge, ...where } = await target(path)
      // Closed again while it was being opened.
      if (store.getState().files[path]?.status !== 'opening') return
      const session = sync().open(where)
      const model = openModel(session)
      disk.watch(session)
      const said = settleState(session, () => store.setState(({ pulse }) => ({ pulse: pulse + 1 })))
      put(path, { status: 'open', session, said, model, isLarge, isGone: false })
    } catch (error) {
      put(path, { status: 'failed', error })
    }
  }
  const release = (path: string, file: OpenFile): void => {
    put(path, null)
    if (file.status !== 'open') return
    const end = (): void => {
      file.model.dispose()
      file.session.close()
    }
    if (!hasUnsavedEdits(file.session.state())) return end()
    // "Don't save" does not exist: the document stays until the server has the last edit.
    const stop = file.session.subscribe(() => {
      if (hasUnsavedEdits(file.session.state())) return
      stop()
      end()
    })
  }
  return {
    target,
    ensure: (path) => {
      if (store.getState().files[path] === undefined) void load(path)
    },
    retry: (path) => void load(path),
    releaseUnshown: (shown) => {
      for (const [path, file] of Object.entries(store.getState().files)) if (!shown.has(path)) release(path, file)
    },
    rename: (from, to) => {
      const file = store.getState().files[from]
      if (file === undefined) return
      if (file.status === 'open') {
        file.session.rename(to)
        file.model.followPath()
      }
      put(from, null)
      put(to, file.status === 'open' ? { ...file, isGone: false } : file)
    },
    settle: async (path) => {
      const file = store.getState().files[path]
      return file?.status === 'open' ? disk.settle(file.session.documentId) : false
    },
    onDisk: disk.reached,
    close: () => {
      disk.close()
      for (const file of Object.values(store.getState().files)) {
        if (file.status !== 'open') continue
        file.model.dispose()
        file.session.close()
      }
    },
  }
}
