import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { diffLines, splitLines } from '#shared/text-diff.ts'
import {
  anchorPlaces,
  type Located,
  locateRanges,
  type Place,
  type Rewrite,
  type Rewritten,
  rewriteRanges,
  type TextRange,
} from '../ranges/text-ranges.ts'

/**
 * What takes a Y.Doc: slow in large documents, so it runs beside the event loop there (L6). The updates are given away:
 * large ones move to another thread, and the caller must not read them again.
 */
export interface HeavyWork {
  /** the updates as one state, deleted content collected (C3) */
  compact(updates: readonly Uint8Array[]): Promise<Uint8Array>
  text(updates: readonly Uint8Array[]): Promise<string>
  /** null instead of a text that has this SHA-256: the largest need not be sent between threads to be compared */
  otherText(updates: readonly Uint8Array[], sha256: string): Promise<string | null>
  /** What changed between neighbours of these moments, each after so many of the updates; ascending. */
  lineCounts(updates: readonly Uint8Array[], moments: readonly number[]): Promise<LineCount[]>
  locate(updates: readonly Uint8Array[], ranges: readonly TextRange[]): Promise<Located>
  anchor(updates: readonly Uint8Array[], places: readonly Place[]): Promise<TextRange[]>
  rewrite(updates: readonly Uint8Array[], rewrites: readonly Rewrite[], clientId: number): Promise<Rewritten>
  stop(): Promise<void>
}

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  // A row whose base is absent would be lost by the encoding below.
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error('updates do not connect')
  return doc
}

const textOf = (doc: Y.Doc): string => doc.getText(TEXT_NAME).toString()

/** Lines that came and went from one moment to another. */
export interface LineCount {
  readonly added: number
  readonly removed: number
}

function countLines(updates: readonly Uint8Array[], moments: readonly number[]): LineCount[] {
  const doc = new Y.Doc()
  const counts: LineCount[] = []
  let before: string[] | null = null
  let applied = 0
  for (const moment of moments) {
    doc.transact(() => {
      for (; applied < moment; applied++) Y.applyUpdate(doc, updates[applied]!)
    })
    const after = splitLines(doc.getText(TEXT_NAME).toJSON())
    if (before !== null) {
      const changes = diffLines(before, after)
      counts.push({
        added: changes.reduce((sum, { lines }) => sum + lines.length, 0),
        removed: changes.reduce((sum, { from, to }) => sum + to - from, 0),
      })
    }
    before = after
  }
  doc.destroy()
  return counts
}

interface Tasks {
  compact: { input: null; value: Uint8Array }
  text: { input: null; value: string }
  otherText: { input: string; value: string | null }
  lineCounts: { input: readonly number[]; value: LineCount[] }
  locate: { input: readonly TextRange[]; value: Located }
  anchor: { input: readonly Place[]; value: TextRange[] }
  rewrite: { input: { readonly rewrites: readonly Rewrite[]; readonly clientId: number }; value: Rewritten }
}
export type HeavyTask = keyof Tasks
export type HeavyInput<T extends HeavyTask> = Tasks[T]['input']
export type HeavyValue<T extends HeavyTask = HeavyTask> = Tasks[T]['value']

type Run<T extends HeavyTask> = (updates: readonly Uint8Array[], input: HeavyInput<T>) => HeavyValue<T>

const onWhole =
  <T extends HeavyTask>(use: (doc: Y.Doc, input: HeavyInput<T>) => HeavyValue<T>): Run<T> =>
  (updates, input) =>
    use(docOf(updates), input)

const TASKS: { readonly [T in HeavyTask]: Run<T> } = {
  compact: onWhole<'compact'>((doc) => Y.encodeStateAsUpdate(doc)),
  text: onWhole<'text'>(textOf),
  otherText: onWhole<'otherText'>((doc, known) => {
    const text = textOf(doc)
    return createHash('sha256').update(text).digest('hex') === known ? null : text
  }),
  lineCounts: countLines,
  locate: onWhole<'locate'>(locateRanges),
  anchor: onWhole<'anchor'>(anchorPlaces),
  rewrite: onWhole<'rewrite'>((doc, { rewrites, clientId }) => rewriteRanges(doc, rewrites, clientId)),
}

export const runHeavyTask = <T extends HeavyTask>(
  task: T,
  updates: readonly Uint8Array[],
  input: HeavyInput<T>,
): HeavyValue<T> => TASKS[task](updates, input)

/** The work as methods, run by whoever runs tasks. */
export const heavyWorkBy = (
  run: <T extends HeavyTask>(task: T, updates: readonly Uint8Array[], input: HeavyInput<T>) => Promise<HeavyValue<T>>,
  stop: () => Promise<void>,
): HeavyWork => ({
  compact: (updates) => run('compact', updates, null),
  text: (updates) => run('text', updates, null),
  otherText: (updates, sha256) => run('otherText', updates, sha256),
  lineCounts: (updates, moments) => run('lineCounts', updates, moments),
  locate: (updates, ranges) => run('locate', updates, ranges),
  anchor: (updates, places) => run('anchor', updates, places),
  rewrite: (updates, rewrites, clientId) => run('rewrite', updates, { rewrites, clientId }),
  stop,
})

/** On this thread: for small documents, tests and the simulation. */
export const inlineHeavyWork: HeavyWork = heavyWorkBy(
  async (task, updates, input) => runHeavyTask(task, updates, input),
  async () => undefined,
)
