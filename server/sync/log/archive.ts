import { ByteReader, ByteWriter } from '../update/bytes.ts'
import type { LogRow } from './document-log.ts'

/** Rows as the history keeps them (C2): for each seq, time in ms, authors and bytes, all lib0-encoded. */
export function packRows(rows: readonly LogRow[]): Uint8Array {
  const writer = new ByteWriter(64 + rows.reduce((size, row) => size + row.bytes.length + 64, 0))
  writer.varUint(rows.length)
  for (const row of rows) {
    writer.varUint(row.seq)
    writer.varUint(row.at)
    writer.varUint(row.userIds.length)
    for (const userId of row.userIds) writer.varString(userId)
    writer.varBytes(row.bytes)
  }
  return writer.finish()
}

export function unpackRows(packed: Uint8Array): LogRow[] {
  const reader = new ByteReader(packed)
  const rows: LogRow[] = []
  for (let left = reader.count(); left > 0; left--) {
    const seq = reader.varUint()
    const at = reader.varUint()
    const userIds: string[] = []
    for (let users = reader.count(); users > 0; users--) userIds.push(reader.varString())
    rows.push({ seq, at, userIds, bytes: reader.varBytes() })
  }
  reader.finish()
  return rows
}
