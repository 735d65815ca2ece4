import * as Y from 'yjs'

/** A text in pieces, from its beginning; null after the last. A snapshot of a Monaco model is one. */
export interface TextPieces {
  read(): string | null
}

/** The pieces a Y.Text consists of, without joining them. Must not be read on after the text has changed. */
export function piecesOf(text: Y.Text): TextPieces {
  let item = text._start
  return {
    read: () => {
      while (item !== null) {
        const { content, deleted } = item
        item = item.right
        if (!deleted && content instanceof Y.ContentString) return content.str
      }
      return null
    },
  }
}

export type Comparison = 'equal' | 'different' | 'unfinished'

/** Between two looks at the clock. */
const UNITS_AT_ONCE = 64 * 1024

/**
 * Compares two texts piece by piece, without building either. Each call goes on where the last one stopped, for as
 * long as `mayGoOn` says, so that a large text takes no noticeable time at once.
 */
export function createComparison(left: TextPieces, right: TextPieces): (mayGoOn: () => boolean) => Comparison {
  let [a, b]: [string | null, string | null] = ['', '']
  let result: Comparison = 'unfinished'
  const step = (): Comparison => {
    for (let units = 0; units < UNITS_AT_ONCE;) {
      while (a === '') a = left.read()
      while (b === '') b = right.read()
      if (a === null || b === null) return a === b ? 'equal' : 'different'
      const length = Math.min(a.length, b.length)
      const [fromA, fromB]: [string, string] = [a.slice(0, length), b.slice(0, length)]
      if (fromA !== fromB) return 'different'
      a = a.slice(length)
      b = b.slice(length)
      // A piece of one letter costs as much as one of many.
      units += length + 32
    }
    return 'unfinished'
  }
  return (mayGoOn) => {
    while (result === 'unfinished' && mayGoOn()) result = step()
    return result
  }
}
