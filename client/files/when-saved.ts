import { hasUnsavedEdits } from '../sync/document-state.ts'
import type { SyncConnection } from '../sync/sync-connection.ts'

const WAIT_MS = 3_000

/**
 * Resolves when the server has all that was typed on this page, or in this document; what it cannot have for now is not
 * waited for. False where some of it is only here.
 */
export function whenSaved(sync: Pick<SyncConnection, 'sessions' | 'subscribe'>, documentId?: string): Promise<boolean> {
  const states = () =>
    sync
      .sessions()
      .filter((session) => documentId === undefined || session.documentId === documentId)
      .map((session) => session.state())
  const isOver = (): boolean => states().every((state) => state.status !== 'saving' || state.edits === 0)
  const hasAll = (): boolean => states().every((state) => !hasUnsavedEdits(state))
  if (isOver()) return Promise.resolve(hasAll())
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stop()
      resolve(hasAll())
    }
    const timer = setTimeout(end, WAIT_MS)
    const stop = sync.subscribe(() => {
      if (isOver()) end()
    })
  })
}
