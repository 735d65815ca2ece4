import * as idb from 'lib0/indexeddb'

/** My text of a document whose edits the server did not take, kept until I have dealt with it (A7). */
export interface RecoveredCopy {
  readonly id: string
  readonly documentId: string
  readonly path: string
  /** `restored`: the document began a new epoch while this browser was away */
  readonly reason: 'refused' | 'demoted' | 'conflict' | 'restored'
  readonly mine: string
  /** the text that my edits stood on, where it is known */
  readonly base: string | null
  readonly at: number
}

export interface RecoveredCopies {
  /** with an id, the same copy kept twice (by two tabs) is one */
  readonly keep: (copy: Omit<RecoveredCopy, 'id'> & { readonly id?: string }) => Promise<void>
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
    const db = await database.catch(() => {
      // Refused by the browser (private window, no room): copies live as long as the page, and the dialog, which
      // shows them all the same, offers the download.
      return null
    })
    return db === null ? null : (idb.transact(db, [STORE])[0] ?? null)
  }
  const isNew = (copy: RecoveredCopy): boolean => !copies.some(({ id }) => id === copy.id)
  const load = async (): Promise<void> => {
    const opened = await store()
    if (opened === null) return
    const kept = (await idb.getAll(opened)) as RecoveredCopy[]
    set([...kept.filter(isNew), ...copies])
  }
  void load().catch((cause: unknown) => {
    // They stay where they are, for the next visit; new ones are kept as ever.
    console.error('The recovered copies of earlier visits could not be read.', cause)
  })
  return {
    keep: async (copy) => {
      const whole = { ...copy, id: copy.id ?? crypto.randomUUID() }
      if (isNew(whole)) set([...copies, whole])
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
