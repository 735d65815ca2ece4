import type * as Y from 'yjs'
import { diffText } from '#shared/text-diff.ts'

/** Turns the shared text into `wanted` by what differs alone, so that colleagues' edits elsewhere stay put. */
export function writeText(text: Y.Text, wanted: string, origin: unknown): void {
  const edits = diffText(text.toString(), wanted)
  text.doc?.transact(() => {
    for (const { index, remove, insert } of edits.toReversed()) {
      if (remove > 0) text.delete(index, remove)
      if (insert !== '') text.insert(index, insert)
    }
  }, origin)
}
