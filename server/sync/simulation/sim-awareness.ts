import type { AwarenessEntry } from '../room/awareness-entries.ts'
import { ByteReader } from '../update/bytes.ts'

/** As a client reads them: the server's clocks are times, larger than any it takes from clients. */
export function readEntries(update: Uint8Array): AwarenessEntry[] {
  const reader = new ByteReader(update)
  const entries: AwarenessEntry[] = []
  for (let left = reader.count(); left > 0; left--) {
    entries.push({ clientId: reader.varUint(), clock: reader.varUint(), state: reader.varString() })
  }
  return entries
}
