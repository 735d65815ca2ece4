import * as idb from 'lib0/indexeddb'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { dropStore, listStores } from './offline-registry.ts'
import type { StoreName } from './offline-store.ts'

/** What this browser kept of a document under an epoch that is over. */
export interface OlderText {
  readonly epoch: number
  readonly mine: string
  /** the text on which the edits stood, where it is known */
  readonly base: string | null
  readonly edits: number
}

/** Hands over each older store's text that has edits nobody else has, and removes the store once it is in safe hands. */
export type RecoverOlder = (current: StoreName, keep: (older: OlderText) => Promise<void>) => Promise<void>

/** As y-indexeddb lays a store out; reading it through the library would write to it. */
async function readStore(name: string): Promise<Omit<OlderText, 'epoch'>> {
  const db = await idb.openDB(name, (fresh) =>
    idb.createStores(fresh, [['updates', { autoIncrement: true }], ['custom']]),
  )
  const doc = new Y.Doc()
  try {
    const [updates, custom] = idb.transact(db, ['updates', 'custom'], 'readonly')
    if (updates === undefined || custom === undefined) throw new Error('a store of two parts has two')
    const [kept, edits, base]: unknown[] = await Promise.all([
      idb.getAll(updates),
      idb.get(custom, 'edits'),
      idb.get(custom, 'base'),
    ])
    for (const update of kept as Uint8Array[]) Y.applyUpdate(doc, update)
    return {
      mine: doc.getText(TEXT_NAME).toString(),
      base: typeof base === 'string' ? base : null,
      edits: typeof edits === 'number' ? edits : 0,
    }
  } finally {
    db.close()
    doc.destroy()
  }
}

/** The browser's own stores. An epoch rises while this browser is away (L7), so nobody else will ever look at them. */
export const recoverOlderStores: RecoverOlder = async (current, keep) => {
  const prefix = `pairloom/${current.userId}/${current.documentId}/`
  for (const name of await listStores(prefix)) {
    const epoch = Number(name.slice(prefix.length))
    if (!(epoch < current.epoch)) continue
    const older = await readStore(name)
    // First the copy, then the store: a crash between the two shows the edits twice rather than never.
    if (older.edits > 0) await keep({ epoch, ...older })
    await dropStore(name)
  }
}
