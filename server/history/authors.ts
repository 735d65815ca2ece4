import type { Pool } from 'pg'
import type { HistoryAuthor } from '#shared/api/history.ts'
import { aiRequesterOf } from '#shared/api/suggestions.ts'
import { isDisk } from './sessions.ts'

/** The disk has no account; its colour is the one its cursor has. */
const DISK_COLOR = 1
const UNKNOWN_COLOR = 0

/** Who stands behind the ids in the log; those whose account is gone keep their place without a name. */
export function createAuthors(pool: Pool): (ids: readonly string[]) => Promise<HistoryAuthor[]> {
  return async (all) => {
    const ids = [...new Set(all)]
    const people = ids.map((id) => aiRequesterOf(id) ?? id)
    const { rows } = await pool.query<{ id: string; name: string; color: number; kind: 'person' | 'guest' }>(
      `select id, name, color, 'person' as kind from user_account where id = any($1)
        union all select id, name, color, 'guest' as kind from guest where id = any($1)`,
      [people],
    )
    const known = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id): HistoryAuthor => {
      if (isDisk(id)) return { id, name: 'disk', color: DISK_COLOR, kind: 'disk' }
      const requesterId = aiRequesterOf(id)
      if (requesterId !== null) {
        const { name = null, color = UNKNOWN_COLOR } = known.get(requesterId) ?? {}
        return { id, name, color, kind: 'ai' }
      }
      return known.get(id) ?? { id, name: null, color: UNKNOWN_COLOR, kind: 'person' }
    })
  }
}
