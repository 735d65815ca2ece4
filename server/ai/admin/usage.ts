import type { Pool } from 'pg'
import type { UsagePoint } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'

export interface UsageQuestion {
  readonly from: string
  readonly to: string
  readonly bucket: 'hour' | 'day'
  readonly by: 'model' | 'person' | 'workspace'
  readonly userId?: string
  readonly workspaceId?: string
}

const DAY_MS = 86_400_000
const LONGEST_MS = { hour: 31 * DAY_MS, day: 400 * DAY_MS }
const KEY = { model: 'u.model', person: 'u.user_id', workspace: "coalesce(u.workspace_id, '')" }
const LABEL = { model: 'u.model', person: 'coalesce(max(a.name), u.user_id)', workspace: "coalesce(max(w.name), '')" }

/** Calls, tokens and cost over time, for charts. Buckets without a call are left out. */
export async function readUsage(pool: Pool, question: UsageQuestion): Promise<UsagePoint[]> {
  const { from, to, bucket, by, userId = null, workspaceId = null } = question
  const length = Date.parse(to) - Date.parse(from)
  if (length <= 0 || length > LONGEST_MS[bucket]) throw new AppError('bad_request')
  const { rows } = await pool.query<Record<keyof UsagePoint, string>>(
    `select to_char(date_trunc($3, u.at, 'UTC') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at,
       ${KEY[by]} as key, ${LABEL[by]} as label, count(*) as calls, count(*) filter (where u.status = 'failed') as failed,
       sum(u.prompt_tokens) as "promptTokens", sum(u.completion_tokens) as "completionTokens", sum(u.cost) as cost
     from ai_usage u left join user_account a on a.id = u.user_id left join workspace w on w.id = u.workspace_id
     where u.at >= $1 and u.at < $2 and ($4::text is null or u.user_id = $4) and ($5::text is null or u.workspace_id = $5)
     group by 1, ${KEY[by]} order by 1, 2 limit 50000`,
    [from, to, bucket, userId, workspaceId],
  )
  return rows.map((row) => ({
    at: row.at,
    key: row.key,
    label: row.label,
    calls: Number(row.calls),
    failed: Number(row.failed),
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
    cost: Number(row.cost),
  }))
}
