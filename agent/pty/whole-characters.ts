const NONE = new Uint8Array(0)

/** How many bytes at the end are the beginning of a UTF-8 character that is not complete. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return byte < 0xf8 && length > back ? back : 0
  }
  return 0
}

/** Cuts a stream of bytes only between characters, so that no reader begins with half of one. */
export function createWholeCharacters(): { push(bytes: Uint8Array): Uint8Array; rest(): Uint8Array } {
  let carried = NONE
  return {
    push(bytes) {
      const all = carried.length === 0 ? bytes : Buffer.concat([carried, bytes])
      const tail = incompleteTail(all)
      carried = tail === 0 ? NONE : all.slice(all.length - tail)
      return tail === 0 ? all : all.subarray(0, all.length - tail)
    },
    rest() {
      const last = carried
      carried = NONE
      return last
    },
  }
}
