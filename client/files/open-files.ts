import { takeEarly } from './early-opening.ts'
import { openModel } from '../editor/open-model.ts'
import { hasUnsavedEdits } from '../sync/document-state.ts'
import type { DocumentTarget } from '../sync/document-session.ts'
import type { SyncConnection } from '../sync/sync-connection.ts'
import { noteDisk } from './disk-notices.ts'
import { filesApi } from './files-api.ts'
import { settleState } from './settled-state.ts'
import type { DiskStatus, OpenFile, WorkbenchStore } from './state.ts'

export interface OpenFiles {
  readonly ensure: (path: string) => void
  readonly retry: (path: string) => void
  /** lets go of every file that no tab shows */
  readonly releaseUnshown: (shown: ReadonlySet<string>) => void
  readonly rename: (from: string, to: string) => void
  readonly target: (path: string) => Promise<DocumentTarget>
  readonly settle: (path: string) => Promise<boolean>
  readonly close: () => void
}

const DISK_CHECK_MS = 3_000

/** The documents behind the tabs: opened once each, let go when their edits are safe. */
export function createOpenFiles(store: WorkbenchStore, workspaceId: string, sync: () => SyncConnection): OpenFiles {
  const checks = new Map<string, ReturnType<typeof setTimeout>>()
  const put = (path: string, file: OpenFile | null): void => {
    const { [path]: _old, ...rest } = store.getState().files
    store.setState({ files: file === null ? rest : { ...rest, [path]: file } })
  }
  const setDisk = (documentId: string, status: DiskStatus): void =>
    store.setState(({ disk }) => ({ disk: { ...disk, [documentId]: status } }))
  const target = async (path: string): Promise<DocumentTarget & { isLarge: boolean }> => {
    const opened = (await takeEarly(workspaceId, path)) ?? (await filesApi.open.mutate({ workspaceId, path }))
    return { documentId: opened.documentId, epoch: opened.epoch, path: opened.path, isLarge: opened.isLarge }
  }

  const settle = async (documentId: string): Promise<boolean> => {
    const { isSettled } = await filesApi.settle.mutate({ workspaceId, documentIds: [documentId] })
    if (isSettled) noteDisk(store, { documentId, status: 'on-disk' })
    return isSettled
  }
  /** What has just been typed is on no disk; the notice of the writing may also be an older one, so ask later. */
  const watchDisk = (documentId: string, status: string): void => {
    if (status === 'saving' && store.getState().disk[documentId] !== 'writing') setDisk(documentId, 'writing')
    const pending = checks.get(documentId)
    if (pending !== undefined) clearTimeout(pending)
    checks.delete(documentId)
    if (status !== 'saved' || store.getState().disk[documentId] !== 'writing') return
    checks.set(
      documentId,
      setTimeout(
        () =>
          void settle(documentId).catch(() => {
            // A refusal only means that the agent is away, which the status bar shows by itself.
          }),
        DISK_CHECK_MS,
      ),
    )
  }

  const load = async (path: string): Promise<void> => {
    put(path, { status: 'opening' })
    try {
      const { isLarge, ...where } = await target(path)
      // Closed again while it was being opened.
      if (store.getState().files[path]?.status !== 'opening') return
      const session = sync().open(where)
      const model = openModel(session)
      session.subscribe(() => watchDisk(session.documentId, session.state().status))
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
      return file?.status === 'open' ? settle(file.session.documentId) : false
    },
    close: () => {
      for (const timer of checks.values()) clearTimeout(timer)
      for (const file of Object.values(store.getState().files)) {
        if (file.status !== 'open') continue
        file.model.dispose()
        file.session.close()
      }
    },
  }
}
