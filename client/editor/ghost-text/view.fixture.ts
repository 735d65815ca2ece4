import type * as Y from 'yjs'
import type { View } from './view.ts'

/** A shared text seen without an editor. */
export const viewOf = (text: Y.Text): View => ({
  length: () => text.length,
  slice: (from, to) => text.toString().slice(from, to),
  lineStart: (offset) => (offset <= 0 ? 0 : text.toString().lastIndexOf('\n', offset - 1) + 1),
  lineEnd: (offset) => {
    const end = text.toString().indexOf('\n', offset)
    return end < 0 ? text.length : end
  },
})
