import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'

/** The 40,173 keystrokes of `rustcode`, one Yjs update each, as one author's client would send them. */
export function rustcodeUpdates(): { updates: Uint8Array[]; clientId: number; endClock: number; endContent: string } {
  const file = path.join(import.meta.dirname, '../traces/rustcode.json.gz')
  const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    endContent: string
    txns: { patches: [number, number, string][] }[]
  }
  const doc = new Y.Doc()
  const text = doc.getText(TEXT_NAME)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const txn of trace.txns) {
    doc.transact(() => {
      for (const [at, deleted, inserted] of txn.patches) {
        if (deleted) text.delete(at, deleted)
        if (inserted) text.insert(at, inserted)
      }
    })
  }
  return {
    updates,
    clientId: doc.clientID,
    endClock: Y.getState(doc.store, doc.clientID),
    endContent: trace.endContent,
  }
}
