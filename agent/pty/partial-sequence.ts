/** A sequence that never ends is cut here: its beginning is what makes a terminal wait for its end. */
const KEPT_BYTES = 4 << 10

const ESC = 0x1b
const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a

/** `string`: OSC, DCS, APC, PM or SOS, which end at ST; `string-escape`: after an ESC inside one. */
type State = 'ground' | 'escape' | 'csi' | 'osc' | 'string' | 'string-escape'

export interface PartialSequence {
  push(bytes: Uint8Array): void
  /** The escape sequence that began and has not ended; it has had no effect on the screen yet. */
  bytes(): Uint8Array
}

/**
 * Follows a terminal's output by the states of ECMA-48. A screen that was serialised in the middle of a sequence is
 * right only together with the sequence's beginning, or a late reader would print its rest as text.
 */
export function createPartialSequence(): PartialSequence {
  let state: State = 'ground'
  let kept: number[] = []

  const after = (byte: number): State => {
    if (byte === CAN || byte === SUB) return 'ground'
    switch (state) {
      case 'ground':
        return byte === ESC ? 'escape' : 'ground'
      case 'escape':
        if (byte === 0x5b) return 'csi'
        if (byte === 0x5d) return 'osc'
        if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string'
        // Intermediates, and controls that act at once in the middle of a sequence.
        return byte === ESC || byte < 0x30 ? 'escape' : 'ground'
      case 'csi':
        if (byte === ESC) return 'escape'
        return byte >= 0x40 && byte <= 0x7e ? 'ground' : 'csi'
      case 'osc':
        if (byte === BEL) return 'ground'
        return byte === ESC ? 'string-escape' : 'osc'
      case 'string':
        return byte === ESC ? 'string-escape' : 'string'
      case 'string-escape':
        if (byte === 0x5c) return 'ground'
        if (byte === ESC) return 'string-escape'
        // The ESC ended the string and began a sequence of its own.
        kept = [ESC]
        state = 'escape'
        return after(byte)
    }
  }

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        if (state === 'ground') {
          at = bytes.indexOf(ESC, at)
          if (at === -1) return
        }
        const byte = bytes[at]!
        const before = state
        state = after(byte)
        if (state === 'ground') kept = []
        else if (byte === ESC && (before === 'ground' || before === 'csi' || before === 'escape')) kept = [ESC]
        // Controls in the middle of a sequence have had their effect already.
        else if (kept.length < KEPT_BYTES && !(byte < 0x20 && byte !== ESC)) kept.push(byte)
      }
    },
    bytes: () => Uint8Array.from(kept),
  }
}
