import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { type DocumentSession, type DocumentTarget, openDocumentSession } from './document-session.ts'
import { hasUnsavedEdits } from './document-state.ts'
import { createMuxConnection, type LinkStatus } from './mux-connection.ts'
import { type OpenStore, openOfflineStore } from './offline-store.ts'
import { type RecoverOlder, recoverOlderStores } from './older-stores.ts'
import { openRecoveredCopies, type RecoveredCopies } from './recovered-copies.ts'

export interface SyncConnectionOptions {
  /** the multiplexed door, for example wss://host/sync */
  readonly url: string
  readonly user: AwarenessUser
  readonly isSignedIn: () => Promise<boolean>
  readonly reopen: (path: string) => Promise<DocumentTarget>
  readonly openStore?: OpenStore
  readonly recoverOlder?: RecoverOlder
  readonly copies?: RecoveredCopies
  readonly WebSocket?: typeof WebSocket
  readonly random?: () => number
}

export interface LinkState {
  readonly status: LinkStatus
  readonly latencyMs: number | null
}

/** Everything this page shares through `/sync`. */
export interface SyncConnection {
  /** the same session for the same document, until every opener has closed it */
  readonly open: (target: DocumentTarget) => DocumentSession
  readonly sessions: () => readonly DocumentSession[]
  readonly copies: RecoveredCopies
  readonly link: () => LinkState
  readonly hasUnsavedEdits: () => boolean
  readonly subscribe: (listener: () => void) => () => void
  /** tries at once: after signing in again */
  readonly resume: () => void
  readonly close: () => void
}

/** One connection for all documents of a page, with the browser's own signs of being off and on line. */
export function createSyncConnection(options: SyncConnectionOptions): SyncConnection {
  const listeners = new Set<() => void>()
  const sessions = new Map<string, { readonly session: DocumentSession; openers: number }>()
  const copies = options.copies ?? openRecoveredCopies(options.user.id)
  let link: LinkState = { status: 'idle', latencyMs: null }
  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  const mux = createMuxConnection({
    url: options.url,
    WebSocket: options.WebSocket ?? WebSocket,
    random: options.random ?? Math.random,
    isSignedIn: options.isSignedIn,
    onStatus: (status, latencyMs) => {
      link = { status, latencyMs }
      if (status === 'waiting') for (const { session } of sessions.values()) session.noteOffline()
      tell()
    },
  })
  const whenOnline = (): void => mux.retry()
  const whenOffline = (): void => mux.drop()
  window.addEventListener('online', whenOnline)
  window.addEventListener('offline', whenOffline)

  const join = (target: DocumentTarget): DocumentSession => {
    const session = openDocumentSession({
      target,
      mux,
      copies,
      user: options.user,
      openStore: options.openStore ?? openOfflineStore,
      recoverOlder: options.recoverOlder ?? recoverOlderStores,
      reopen: () => options.reopen(session.path()),
      onClose: tell,
      onRoundTrip: (latencyMs) => {
        link = { ...link, latencyMs }
      },
    })
    session.subscribe(tell)
    return session
  }
  return {
    copies,
    open: (target) => {
      const entry = sessions.get(target.documentId) ?? { session: join(target), openers: 0 }
      entry.openers += 1
      sessions.set(target.documentId, entry)
      let isClosed = false
      return {
        ...entry.session,
        close: () => {
          if (isClosed) return
          isClosed = true
          entry.openers -= 1
          if (entry.openers > 0) return
          sessions.delete(target.documentId)
          entry.session.close()
        },
      }
    },
    sessions: () => [...sessions.values()].map(({ session }) => session),
    link: () => link,
    hasUnsavedEdits: () => [...sessions.values()].some(({ session }) => hasUnsavedEdits(session.state())),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    resume: () => {
      mux.retry()
      for (const { session } of sessions.values()) session.resume()
    },
    close: () => {
      window.removeEventListener('online', whenOnline)
      window.removeEventListener('offline', whenOffline)
      for (const { session } of sessions.values()) session.close()
      sessions.clear()
      mux.close()
    },
  }
}
