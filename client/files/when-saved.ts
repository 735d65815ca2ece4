import type { SyncConnection } from '../sync/sync-connection.ts'

const WAIT_MS = 3_000

/** Resolves when the server has all that was typed on this page; what it cannot have for now is not waited for. */
export function whenSaved(sync: Pick<SyncConnection, 'sessions' | 'subscribe'>): Promise<void> {
  const isOver = (): boolean =>
    sync.sessions().every((session) => {
      const state = session.state()
      return state.status !== 'saving' || state.edits === 0
    })
  if (isOver()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(end, WAIT_MS)
    const stop = sync.subscribe(() => {
      if (isOver()) end()
    })
  })
}
