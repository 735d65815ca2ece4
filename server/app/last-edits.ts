import type { Pool } from 'pg'
import type { DocumentId } from '#shared/ids.ts'

const WRITE_EVERY_MS = 2000

const NOTE = `
  update workspace w set last_edit_at = greatest(w.last_edit_at, noted.at)
  from (
    select d.workspace_id, max(n.at) as at
    from unnest($1::text[], $2::timestamptz[]) as n(document_id, at) join document d on d.id = n.document_id
    group by d.workspace_id
  ) noted
  where w.id = noted.workspace_id`

/** When each workspace was last edited, for the lists: gathered, and written at most every two seconds. */
export function createLastEdits(pool: Pool, onFailed: (error: unknown) => void) {
  const noted = new Map<DocumentId, number>()
  let timer: NodeJS.Timeout | null = null

  const write = async (): Promise<void> => {
    timer = null
    const ids = [...noted.keys()]
    const times = [...noted.values()].map((at) => new Date(at))
    noted.clear()
    if (ids.length > 0) await pool.query({ name: 'last-edits', text: NOTE, values: [ids, times] }).catch(onFailed)
  }

  return {
    note(documentId: DocumentId, at: number): void {
      noted.set(documentId, at)
      timer ??= setTimeout(() => void write(), WRITE_EVERY_MS)
    },
    async close(): Promise<void> {
      if (timer) clearTimeout(timer)
      await write()
    },
  }
}
