import * as decoding from 'lib0/decoding'

/** Who else is in a document, by what the server tells of awareness; it removes those whose connection ends (F3). */
export interface Others {
  receive(update: Uint8Array): void
  clear(): void
  count(): number
}

export function createOthers(): Others {
  const clocks = new Map<number, number>()
  const present = new Set<number>()
  return {
    receive(update) {
      const decoder = decoding.createDecoder(update)
      for (let left = decoding.readVarUint(decoder); left > 0; left--) {
        const client = decoding.readVarUint(decoder)
        const clock = decoding.readVarUint(decoder)
        const isAway = decoding.readVarString(decoder) === 'null'
        const known = clocks.get(client) ?? -1
        if (clock < known || (clock === known && !isAway)) continue
        clocks.set(client, clock)
        if (isAway) present.delete(client)
        else present.add(client)
      }
    },
    clear() {
      clocks.clear()
      present.clear()
    },
    count: () => present.size,
  }
}
