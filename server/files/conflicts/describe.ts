import type { ConflictInfo } from '#shared/api/conflicts.ts'
import { AppError } from '#shared/errors.ts'
import { isOpenConflict } from '#shared/text-conflict.ts'
import type { ConflictSync } from './ports.ts'
import type { ConflictRow } from './store.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/**
 * Of one document, newest first: those that a person is to decide on, as its text now is. Where two are about the same
 * text, the newer one knows what became of the older.
 */
export async function describeConflicts(sync: ConflictSync, rows: readonly ConflictRow[]): Promise<ConflictInfo[]> {
  const [first] = rows
  if (first === undefined) return []
  const { text, places } = await sync.locate(first.documentId, rows).catch((error: unknown) => {
    // A document without a seed has nothing to choose from.
    if (error instanceof AppError && error.code === 'unavailable') return { text: '', places: [] }
    throw error
  })
  const taken: { from: number; to: number }[] = []
  return rows.flatMap(({ start, end, base, document, disk, merged, choice, id, documentId, path }, i) => {
    const place = places[i] ?? null
    if (place === null || taken.some(({ from, to }) => place.from < to && from < place.to)) return []
    taken.push(place)
    const now = text.slice(place.from, place.to)
    if (!isOpenConflict({ mine: document, theirs: disk, merged }, choice, now)) return []
    const line = text.slice(0, place.from).split('\n').length
    return [{ id, documentId, path, start: base64(start), end: base64(end), base, document, disk, merged, now, line }]
  })
}
