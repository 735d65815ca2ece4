// Free of Yjs: the sign-out page needs this without loading the editor.

export interface UnsavedFile {
  readonly store: string
  readonly documentId: string
  readonly path: string
  readonly edits: number
}

const REGISTRY_KEY = 'pairloom.offline'

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
/** Notes how many edits of a store only this browser has; none takes it off the list. */
export const noteUnsaved = (name: string, path: string, edits: number): void =>
  writeRegistry((registry) => {
    if (edits > 0) registry[name] = { path, edits }
    else delete registry[name]
  })
const deleteDatabase = (name: string): Promise<void> =>
  new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    // Blocked by another tab: it goes when that tab closes, which must not hold up signing out.
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })

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

/** The names of this browser's stores that begin so. */
export async function listStores(prefix: string): Promise<string[]> {
  const known = Object.keys(readRegistry())
  // Older Firefox cannot list databases; there the registry names those that matter.
  const listed = typeof indexedDB.databases === 'function' ? await indexedDB.databases() : []
  return [...new Set([...known, ...listed.map((d) => d.name ?? '')])].filter((name) => name.startsWith(prefix))
}

/** Removes one store and takes it off the list. */
export async function dropStore(name: string): Promise<void> {
  await deleteDatabase(name)
  noteUnsaved(name, '', 0)
}

/** Removes everything this browser keeps of this user's documents: on sign-out, after the warning. */
export const wipeOfflineStores = async (userId: string): Promise<void> =>
  void (await Promise.all((await listStores(`pairloom/${userId}/`)).map(dropStore)))
