import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'

/**
 * What takes a Y.Doc: slow in large documents, so it runs beside the event loop there (L6). The updates are given away:
 * large ones move to another thread, and the caller must not read them again.
 */
export interface HeavyWork {
  /** the updates as one state, deleted content collected (C3) */
  compact(updates: readonly Uint8Array[]): Promise<Uint8Array>
  text(updates: readonly Uint8Array[]): Promise<string>
  stop(): Promise<void>
}

export type HeavyTask = 'compact' | 'text'

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  // A row whose base is absent would be lost by the encoding below.
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error('updates do not connect')
  return doc
}

export const runHeavyTask = {
  compact: (updates: readonly Uint8Array[]): Uint8Array => Y.encodeStateAsUpdate(docOf(updates)),
  text: (updates: readonly Uint8Array[]): string => docOf(updates).getText(TEXT_NAME).toString(),
} satisfies Record<HeavyTask, unknown>

/** On this thread: for small documents, tests and the simulation. */
export const inlineHeavyWork: HeavyWork = {
  compact: async (updates) => runHeavyTask.compact(updates),
  text: async (updates) => runHeavyTask.text(updates),
  stop: async () => undefined,
}
