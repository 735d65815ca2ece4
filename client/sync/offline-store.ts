import { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import { noteUnsaved } from './offline-registry.ts'

/** What this browser keeps of one document, so that edits outlive the page (A7). */
export interface OfflineStore {
  /** resolves when the kept edits are in the document */
  readonly whenLoaded: Promise<{ readonly carriedEdits: number; readonly base: string | null }>
  /** how many edits only this browser has, and the text they stand on */
  readonly note: (pendingEdits: number, base: string | null) => void
  /** resolves once every edit made so far is written here; never where the browser refuses to keep any */
  readonly whenKept: () => Promise<void>
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface StoreName {
  readonly userId: string
  readonly documentId: string
  readonly epoch: number
}
/** `isSafe` says whether the server is there to take what this browser has not written yet. */
export type OpenStore = (name: StoreName, path: string, doc: Y.Doc, isSafe: () => boolean) => OfflineStore

const nameOf = ({ userId, documentId, epoch }: StoreName): string => `pairloom/${userId}/${documentId}/${epoch}`

/** Between two notes of how many edits wait: a key a person presses must not cost a transaction of its own. */
const NOTE_MS = 400
/** A base up to this size costs no more than the note itself, and is kept with the first edit. */
const SMALL_BASE_UNITS = 32 * 1024

/** Between edits and their writing while the server is there: a transaction must not delay a letter's painting. */
const WRITE_MS = 100

/** y-indexeddb writes each update in the task that made it; while the server takes them, some are written together. */
function writeLater(
  persistence: IndexeddbPersistence,
  doc: Y.Doc,
  isSafe: () => boolean,
): { readonly flush: () => void; readonly stop: () => void } {
  const write = persistence._storeUpdate
  let waiting: Uint8Array[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  const drop = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    waiting = []
  }
  const flush = (): void => {
    const updates = waiting
    drop()
    if (updates.length > 0) write(Y.mergeUpdates(updates), null)
  }
  const onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === persistence || persistence.db === null) return
    waiting.push(update)
    if (isSafe()) timer ??= setTimeout(flush, WRITE_MS)
    else flush()
  }
  doc.off('update', write)
  doc.on('update', onUpdate)
  const stop = (): void => {
    doc.off('update', onUpdate)
    drop()
  }
  return { flush, stop }
}

/** IndexedDB through y-indexeddb; where the browser refuses it, edits live as long as the page. */
export const openOfflineStore: OpenStore = (storeName, path, doc, isSafe) => {
  const name = nameOf(storeName)
  const persistence = new IndexeddbPersistence(name, doc)
  const updates = writeLater(persistence, doc, isSafe)
  let noted = 0
  let notedBase: string | null = null
  let latest: { edits: number; base: string | null } = { edits: 0, base: null }
  let timer: ReturnType<typeof setTimeout> | null = null
  const load = async (): Promise<{ carriedEdits: number; base: string | null }> => {
    await persistence.whenSynced
    const [edits, base] = await Promise.all([
      persistence.get('edits') as Promise<unknown>,
      persistence.get('base') as Promise<unknown>,
    ])
    noted = typeof edits === 'number' ? edits : 0
    return { carriedEdits: noted, base: typeof base === 'string' ? base : null }
  }
  const refused = new Promise<{ carriedEdits: number; base: null }>((resolve) => {
    // `_db` is where y-indexeddb keeps its opening; it offers no other way to learn that this failed.
    const opening = (persistence as unknown as { _db: Promise<IDBDatabase> })._db
    opening.catch(() => resolve({ carriedEdits: 0, base: null }))
  })
  const writeEdits = (): void => {
    if (latest.edits === noted) return
    noted = latest.edits
    void persistence.set('edits', noted)
    noteUnsaved(name, path, noted)
  }
  // An older base stays a common ancestor, so what is acknowledged at once needs none of its own.
  const writeBase = (): void => {
    if (latest.edits === 0 || latest.base === null || latest.base === notedBase) return
    notedBase = latest.base
    void persistence.set('base', notedBase)
  }
  const catchUp = (): void => {
    timer = null
    if (persistence.db === null) return
    writeBase()
    writeEdits()
  }
  const flush = (): void => {
    updates.flush()
    if (timer === null) return
    clearTimeout(timer)
    catchUp()
  }
  window.addEventListener('pagehide', flush)
  let isClosed = false
  /** What was not written once is missing for good: nothing after it counts as kept. */
  let hasGivenUp = false
  void persistence.whenSynced.then(() => persistence.db?.addEventListener('abort', () => void (hasGivenUp = true)))
  return {
    whenLoaded: Promise.race([load(), refused]),
    note: (edits, base) => {
      if (persistence.db === null) return
      latest = { edits, base }
      // That there is something to lose is told at once; how much, and that it is safe, a moment later.
      // What a page writes while it goes may be lost, and without its base a copy cannot be merged.
      if (noted === 0 && !isSafe()) {
        if (base !== null && base.length <= SMALL_BASE_UNITS) writeBase()
        writeEdits()
      }
      if (latest.edits !== noted || edits > 0) timer ??= setTimeout(catchUp, NOTE_MS)
    },
    whenKept: () =>
      new Promise((resolve) => {
        const write = (): void => {
          updates.flush()
          if (isClosed) return
          // It begins when all that was to be written before has been, or was given up for want of room.
          const after = persistence.db?.transaction('updates', 'readonly')
          after?.addEventListener('complete', () => void (hasGivenUp || resolve()))
        }
        if (persistence.db === null) void persistence.whenSynced.then(write)
        else write()
      }),
    clear: async () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      timer = null
      updates.stop()
      noted = 0
      latest = { edits: 0, base: null }
      noteUnsaved(name, path, 0)
      await persistence.clearData()
    },
    close: () => {
      flush()
      isClosed = true
      updates.stop()
      window.removeEventListener('pagehide', flush)
      return persistence.destroy()
    },
  }
}
