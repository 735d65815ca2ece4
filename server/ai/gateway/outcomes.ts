import type { Pool } from 'pg'
import type { Target } from './target.ts'
import type { Gateway } from './types.ts'
import type { UpstreamClient } from './upstream.ts'

/** Completions whose outcome may still be told to Tabby. */
const KEPT = 10_000
const TABBY_EVENT = { shown: 'view', accepted: 'select', dismissed: 'dismiss' } as const

/** What became of completions: counted in the usage row, and told to Tabby, which learns from it. */
export function createOutcomes({ pool, client }: { pool: Pool; client: UpstreamClient }) {
  const answered = new Map<string, { readonly upstreamId: string; readonly target: Target }>()

  const tell = (usageId: string, type: string, elapsedMs: number | undefined): void => {
    const known = answered.get(usageId)
    if (!known) return
    const { provider } = known.target
    const body = {
      type,
      completion_id: known.upstreamId,
      choice_index: 0,
      ...(elapsedMs === undefined ? {} : { elapsed: elapsedMs }),
    }
    // Best effort: nobody waits for it, and the answer says nothing.
    client.send(
      {
        url: new URL(`${provider.baseUrl}/v1/events`),
        apiKey: provider.apiKey,
        body: Buffer.from(JSON.stringify(body)),
      },
      { connected: () => {}, answered: (response) => void response.on('error', () => {}).resume(), failed: () => {} },
    )
  }

  return {
    note(usageId: string, upstreamId: string | null, target: Target | null): void {
      if (upstreamId === null || target === null) return
      answered.set(usageId, { upstreamId, target })
      const [oldest] = answered.keys()
      if (answered.size > KEPT && oldest !== undefined) answered.delete(oldest)
    },
    /** One's own completions only; shown counts until it is accepted or dismissed. */
    record: (async ({ userId, usageId, outcome, elapsedMs }) => {
      const { rowCount } = await pool.query(
        `update ai_usage set outcome = $3 where id = $1 and user_id = $2 and purpose = 'completion'
           and (outcome is null or (outcome = 'shown' and $3 <> 'shown'))`,
        [usageId, userId, outcome],
      )
      if (rowCount === 1) tell(usageId, TABBY_EVENT[outcome], elapsedMs)
    }) satisfies Gateway['noteOutcome'],
  }
}
