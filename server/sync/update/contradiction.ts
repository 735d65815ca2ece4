import { ByteReader, decodeUtf8 } from './bytes.ts'
import type { DocumentState } from './document-state.ts'
import { CONTENT, createStructView, readStruct } from './read-struct.ts'

/** What a character pair cut in half becomes on its way: it says nothing about the half. */
const REPLACEMENT = 0xfffd

/**
 * Whether the update holds other text than the state under the same clocks of one of these clients (A4). Only the
 * last unit that both know is compared: whoever wrote under another's id did so from some clock on, up to that one.
 * For an update that scanUpdate took.
 */
export function contradicts(bytes: Uint8Array, state: DocumentState, isJudged: (client: number) => boolean): boolean {
  const reader = new ByteReader(bytes)
  const view = createStructView()
  for (let left = reader.count(); left > 0; left--) {
    const count = reader.count()
    const client = reader.varUint()
    let clock = reader.varUint()
    const known = isJudged(client) ? state.clockOf(client) : 0
    let shared: { readonly at: number; readonly from: number; readonly to: number; readonly index: number } | null =
      null
    for (let i = 0; i < count; i++) {
      readStruct(reader, view)
      if (clock < known) {
        const at = Math.min(clock + view.length, known) - 1
        shared = view.kind === CONTENT.string ? { at, from: view.textFrom, to: view.textTo, index: at - clock } : null
      }
      clock += view.length
    }
    if (shared === null) continue
    const ours = state.unitAt(client, shared.at)
    const theirs = unitOf(bytes, shared.from, shared.to, shared.index)
    if (ours !== null && ours !== theirs && ours !== REPLACEMENT && theirs !== REPLACEMENT) return true
  }
  return false
}

/** The UTF-16 unit at `index` of UTF-8 text. */
const unitOf = (bytes: Uint8Array, from: number, to: number, index: number): number =>
  decodeUtf8(bytes.subarray(from, to)).charCodeAt(index)
