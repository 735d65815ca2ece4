import * as Y from 'yjs'

/** What Yjs puts in the place of each half of a character that an edit cuts. */
const HALF = '\uFFFD'

/**
 * Whether an edit (never one of ours, but other programs count differently) may have gone through the middle of an
 * emoji. Yjs then replaces both halves and its event does not say so. Costs what the edit changed, not the text.
 */
export function mayHaveCutCharacters(transaction: Y.Transaction): boolean {
  const endsAt = (struct: Y.Item | null, index: 0 | -1): boolean =>
    struct?.content instanceof Y.ContentString && struct.content.str.at(index) === HALF
  const isBesideHalf = (struct: Y.GC | Y.Item): boolean =>
    struct instanceof Y.Item && (endsAt(struct.left, -1) || endsAt(struct.right, 0))

  for (const [client, clock] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0
    if (before === clock) continue
    const structs = transaction.doc.store.clients.get(client) ?? []
    for (let i = Y.findIndexSS(structs, before); i < structs.length; i++) {
      const struct = structs[i]
      if (struct !== undefined && isBesideHalf(struct)) return true
    }
  }
  let isFound = false
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    isFound ||= isBesideHalf(struct)
  })
  return isFound
}
