import type { Pool } from 'pg'
import type { ProviderKind, Purpose, Template } from '#shared/api/ai.ts'
import type { Sealer } from './sealed.ts'
import type { Target } from './target.ts'

export const FIRST_TOKEN_MS = { chat: 15_000, completion: 1500 } as const
/** How long another node's change may take to be seen here. */
const FRESH_MS = 5000

interface Row {
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  readonly base_url: string
  readonly sealed_api_key: string | null
  readonly model: string
  readonly purpose: Purpose
  readonly upstream_model: string
  readonly template: Template | null
  readonly max_tokens: number
  readonly context_tokens: number
  readonly input_price: string
  readonly output_price: string
  readonly first_token_ms: number | null
}

const SELECT = `
  select p.id, p.name, p.kind, p.base_url, p.sealed_api_key, r.model, r.purpose, r.upstream_model, r.template,
    r.max_tokens, r.context_tokens, r.input_price, r.output_price, r.first_token_ms
  from ai_route r join ai_provider p on p.id = r.provider_id`

/** One route, enabled or not, for a test of it; `isSealed` where its key does not open with this server's secret. */
export async function readTarget(
  { pool, sealer }: { pool: Pool; sealer: Sealer },
  routeId: string,
): Promise<{ target: Target; isSealed: boolean } | null> {
  const { rows } = await pool.query<Row>(`${SELECT} where r.id = $1`, [routeId])
  const row = rows[0]
  if (!row) return null
  const target = targetOf(row, sealer)
  return { target, isSealed: row.sealed_api_key !== null && target.provider.apiKey === null }
}

/** Every usable route, in the order in which an admin put them. Read once in a while rather than for each call. */
export function createTargets(options: { pool: Pool; sealer: Sealer; now: () => number }) {
  const { pool, sealer, now } = options
  let list: Promise<readonly Target[]> | null = null
  let readAt = 0

  const read = async (): Promise<readonly Target[]> => {
    const { rows } = await pool.query<Row>(`${SELECT} where r.is_enabled and p.is_enabled order by r.model, r.position`)
    return rows.map((row) => targetOf(row, sealer))
  }

  return {
    current(): Promise<readonly Target[]> {
      if (list !== null && now() - readAt < FRESH_MS) return list
      readAt = now()
      const reading = read()
      list = reading
      reading.catch(() => {
        if (list === reading) list = null
      })
      return reading
    },
    forget(): void {
      list = null
    },
  }
}

export type Targets = ReturnType<typeof createTargets>

const targetOf = (row: Row, sealer: Sealer): Target => ({
  provider: {
    id: row.id,
    name: row.name,
    kind: row.kind,
    baseUrl: row.base_url.replace(/\/+$/, ''),
    apiKey: row.sealed_api_key === null ? null : sealer.unseal(row.sealed_api_key, row.id),
  },
  purpose: row.purpose,
  model: row.model,
  upstreamModel: row.upstream_model,
  template: row.template,
  maxTokens: row.max_tokens,
  contextTokens: row.context_tokens,
  inputPrice: BigInt(row.input_price),
  outputPrice: BigInt(row.output_price),
  firstTokenMs: row.first_token_ms ?? FIRST_TOKEN_MS[row.purpose],
})
