import * as idb from 'lib0/indexeddb'

/** My text of a document whose edits the server did not take, kept until I have dealt with it (A7). */
export interface RecoveredCopy {
  readonly id: string
  readonly documentId: string
  readonly path: string
  readonly reason: 'refused' | 'demoted' | 'conflict'
  readonly mine: string
  /** the text that my edits stood on, where it is known */
  readonly base: string | null
  readonly at: number
}

export interface RecoveredCopies {
  readonly keep: (copy: Omit<RecoveredCopy, 'id'>) => Promise<void>
  readonly list: () => readonly RecoveredCopy[]
  readonly drop: (id: string) => Promise<void>
  readonly subscribe: (listener: () => void) => () => void
}

const STORE = 'copies'

/** Recovered copies of one user in this browser; wiped with the user's other stores. */
export function openRecoveredCopies(userId: string): RecoveredCopies {
  let copies: readonly RecoveredCopy[] = []
  const listeners = new Set<() => void>()
  const set = (next: readonly RecoveredCopy[]): void => {
    copies = next
    for (const listener of listeners) listener()
  }
  const database = idb.openDB(`pairloom/${userId}/recovered`, (db) =>
    idb.createStores(db, [[STORE, { keyPath: 'id' }]]),
  )
  const store = async (): Promise<IDBObjectStore | null> => {
    // Refused by the browser: copies then live as long as the page, and the dialog offers the download.
    const db = await database.catch(() => null)
    return db === null ? null : (idb.transact(db, [STORE])[0] ?? null)
  }
  void store().then(async (opened) => {
    if (opened === null) return
    const kept = (await idb.getAll(opened)) as RecoveredCopy[]
    set([...kept, ...copies])
  })
  return {
    keep: async (copy) => {
      const whole = { ...copy, id: crypto.randomUUID() }
      set([...copies, whole])
      const opened = await store()
      if (opened !== null) await idb.rtop(opened.put(whole))
    },
    list: () => copies,
    drop: async (id) => {
      set(copies.filter((copy) => copy.id !== id))
      const opened = await store()
      if (opened !== null) await idb.del(opened, id)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
