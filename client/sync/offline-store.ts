import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'
import { noteUnsaved } from './offline-registry.ts'

export { listUnsavedFiles, wipeOfflineStores } from './offline-registry.ts'

/** What this browser keeps of one document, so that edits outlive the page (A7). */
export interface OfflineStore {
  /** resolves when the kept edits are in the document */
  readonly whenLoaded: Promise<{ readonly carriedEdits: number; readonly base: string | null }>
  /** how many edits only this browser has, and the text they stand on */
  readonly note: (pendingEdits: number, base: string | null) => void
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface StoreName {
  readonly userId: string
  readonly documentId: string
  readonly epoch: number
}
export type OpenStore = (name: StoreName, path: string, doc: Y.Doc) => OfflineStore

const nameOf = ({ userId, documentId, epoch }: StoreName): string => `pairloom/${userId}/${documentId}/${epoch}`

/** IndexedDB through y-indexeddb; where the browser refuses it, edits live as long as the page. */
export const openOfflineStore: OpenStore = (storeName, path, doc) => {
  const name = nameOf(storeName)
  const persistence = new IndexeddbPersistence(name, doc)
  const load = async (): Promise<{ carriedEdits: number; base: string | null }> => {
    await persistence.whenSynced
    const [edits, base] = await Promise.all([
      persistence.get('edits') as Promise<unknown>,
      persistence.get('base') as Promise<unknown>,
    ])
    return { carriedEdits: typeof edits === 'number' ? edits : 0, base: typeof base === 'string' ? base : null }
  }
  const refused = new Promise<{ carriedEdits: number; base: null }>((resolve) => {
    // `_db` is where y-indexeddb keeps its opening; it offers no other way to learn that this failed.
    const opening = (persistence as unknown as { _db: Promise<IDBDatabase> })._db
    opening.catch(() => resolve({ carriedEdits: 0, base: null }))
  })
  let noted = -1
  return {
    whenLoaded: Promise.race([load(), refused]),
    note: (edits, base) => {
      if (edits === noted || persistence.db === null) return
      const isFirst = noted <= 0 && edits > 0
      noted = edits
      void persistence.set('edits', edits)
      if (isFirst && base !== null) void persistence.set('base', base)
      noteUnsaved(name, path, edits)
    },
    clear: async () => {
      noteUnsaved(name, path, 0)
      await persistence.clearData()
    },
    close: () => persistence.destroy(),
  }
}
