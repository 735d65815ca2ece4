import { ID_PATTERN } from '#shared/ids.ts'
import { AppError } from '#shared/errors.ts'

/** Where a page ends: the last row's place in the order "newest first". */
interface Place {
  readonly createdAt: Date
  readonly id: string
}

/** The cursor of the page after this row. A place, not an offset: rows that come or go meanwhile shift nothing. */
export const cursorOf = ({ createdAt, id }: Place): string => `${createdAt.getTime()}.${id}`

/** A `where` for the rows after a cursor, newest first; none for the first page. Throws `bad_request` on a forged one. */
export function after(cursor: string | undefined) {
  if (cursor === undefined) return {}
  const [, time = '', id = ''] = /^(\d{1,15})\.(.*)$/.exec(cursor) ?? []
  const createdAt = new Date(Number(time))
  if (time === '' || !ID_PATTERN.test(id) || Number.isNaN(createdAt.getTime())) throw new AppError('bad_request')
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] }
}

export const NEWEST_FIRST = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]

/** Cuts `limit + 1` fetched rows to a page, with the cursor of the next one where there is more. */
export function cutPage<Row extends Place>(
  fetched: readonly Row[],
  limit: number,
): { page: readonly Row[]; nextCursor?: string } {
  const page = fetched.slice(0, limit)
  const last = page.at(-1)
  return fetched.length > limit && last ? { page, nextCursor: cursorOf(last) } : { page }
}

/** A search as Prisma's `contains`: `%` and `_` mean themselves, and NUL, which PostgreSQL refuses, is dropped. */
export const contains = (search: string) => ({
  contains: search.replaceAll('\0', '').replace(/[\\%_]/g, (c) => `\\${c}`),
  mode: 'insensitive' as const,
})
