import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { ByteReader, ByteWriter } from '../update/bytes.ts'

export interface AwarenessEntry {
  readonly clientId: number
  readonly clock: number
  /** JSON, or "null" for a client that left */
  readonly state: string
}

/** Clocks beyond this are no client's: at one change a second they take 68 years. */
const MAX_CLOCK = 2 ** 31 - 1

/** Throws Malformed; entries with an impossible clock are left out. */
export function decodeEntries(update: Uint8Array): AwarenessEntry[] {
  const reader = new ByteReader(update)
  const entries: AwarenessEntry[] = []
  for (let left = reader.count(); left > 0; left--) {
    const entry = { clientId: reader.varUint(), clock: reader.varUint(), state: reader.varString() }
    if (entry.clock <= MAX_CLOCK) entries.push(entry)
  }
  reader.finish()
  return entries
}

export function encodeEntry({ clientId, clock, state }: AwarenessEntry): Uint8Array {
  const writer = new ByteWriter(state.length + 24)
  writer.varUint(clientId)
  writer.varUint(clock)
  writer.varString(state)
  return writer.finish()
}

/** The state with `user` as the server knows it, so that nobody poses as another; null if it is no JSON object. */
export function withUser(state: string, user: AwarenessUser): string | null {
  let value: unknown
  try {
    value = JSON.parse(state)
  } catch {
    // What a client sends is data, and bad data of this kind is dropped (F3).
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return JSON.stringify({ ...value, user })
}
