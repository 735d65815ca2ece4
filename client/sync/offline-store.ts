import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'

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

export interface UnsavedFile {
  readonly store: string
  readonly documentId: string
  readonly path: string
  readonly edits: number
}

const REGISTRY_KEY = 'pairloom.offline'
const nameOf = ({ userId, documentId, epoch }: StoreName): string => `pairloom/${userId}/${documentId}/${epoch}`

type Registry = Record<string, { readonly path: string; readonly edits: number }>

function readRegistry(): Registry {
  try {
    return JSON.parse(localStorage.getItem(REGISTRY_KEY) ?? '{}') as Registry
  } catch {
    // Damaged or switched off: the stores themselves are still found by name.
    return {}
  }
}
function writeRegistry(change: (registry: Registry) => void): void {
  const registry = readRegistry()
  change(registry)
  try {
    localStorage.setItem(REGISTRY_KEY, JSON.stringify(registry))
  } catch {
    // The list is a convenience of the sign-out warning; the edits are in IndexedDB.
  }
}
const forget = (name: string): void => writeRegistry((registry) => delete registry[name])

const deleteDatabase = (name: string): Promise<void> =>
  new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    // Blocked by another tab: it goes when that tab closes, which must not hold up signing out.
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })

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
      if (edits > 0) writeRegistry((registry) => (registry[name] = { path, edits }))
      else forget(name)
    },
    clear: async () => {
      forget(name)
      await persistence.clearData()
    },
    close: () => persistence.destroy(),
  }
}

/** The files of this user with edits that only this browser has: what signing out would lose. */
export function listUnsavedFiles(userId: string): UnsavedFile[] {
  const prefix = `pairloom/${userId}/`
  return Object.entries(readRegistry())
    .filter(([name, { edits }]) => name.startsWith(prefix) && edits > 0)
    .map(([store, { path, edits }]) => ({
      store,
      documentId: store.slice(prefix.length).split('/')[0] ?? '',
      path,
      edits,
    }))
}

/** Removes everything this browser keeps of this user's documents: on sign-out, after the warning. */
export async function wipeOfflineStores(userId: string): Promise<void> {
  const prefix = `pairloom/${userId}/`
  const known = Object.keys(readRegistry())
  // Older Firefox cannot list databases; there the registry names those that matter.
  const listed = typeof indexedDB.databases === 'function' ? await indexedDB.databases() : []
  const names = new Set([...known, ...listed.map((d) => d.name ?? '')].filter((name) => name.startsWith(prefix)))
  await Promise.all([...names].map(deleteDatabase))
  for (const name of names) forget(name)
}
