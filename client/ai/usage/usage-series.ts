import type { UsagePoint } from '#shared/api/ai.ts'
import type { Measure } from './usage-search.ts'

export interface UsageTotal {
  readonly key: string
  readonly label: string
  readonly calls: number
  readonly failed: number
  readonly tokens: number
  readonly cost: number
}

export interface UsageSeries {
  /** null: all that are not among the largest */
  readonly key: string | null
  readonly label: string
  /** one for each moment */
  readonly values: readonly number[]
}

/** As many as there are colours. */
const MAX_SERIES = 4

/** What each model, person or workspace used in the whole time, the largest first. */
export function totalUsage(points: readonly UsagePoint[], measure: Measure): UsageTotal[] {
  const totals = new Map<string, UsageTotal>()
  for (const point of points) {
    const { calls, failed, tokens, cost } = totals.get(point.key) ?? { calls: 0, failed: 0, tokens: 0, cost: 0 }
    totals.set(point.key, {
      key: point.key,
      label: point.label,
      calls: calls + point.calls,
      failed: failed + point.failed,
      tokens: tokens + measured(point, 'tokens'),
      cost: cost + point.cost,
    })
  }
  return [...totals.values()].toSorted((a, b) => b[measure] - a[measure] || a.label.localeCompare(b.label))
}

/** A share in percent, rounded; never "0" of what there is, and never "100" of what is not all. */
export function percentOf(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return '0'
  if (part >= whole) return '100'
  const percent = Math.round((part / whole) * 100)
  return percent === 0 ? '<1' : String(Math.min(percent, 99))
}

const measured = (point: UsagePoint, measure: Measure): number =>
  measure === 'tokens' ? point.promptTokens + point.completionTokens : point[measure]

/** One row of values for each of the largest, and one for the others together where there are too many for colours. */
export function seriesOf(
  points: readonly UsagePoint[],
  totals: readonly UsageTotal[],
  moments: readonly string[],
  measure: Measure,
): UsageSeries[] {
  const own = totals.slice(0, totals.length > MAX_SERIES ? MAX_SERIES - 1 : MAX_SERIES)
  const rowOf = new Map(own.map(({ key }, i) => [key, i]))
  const columnOf = new Map(moments.map((at, i) => [at, i]))
  const keys = [...own.map(({ key, label }) => ({ key, label })), ...(own.length < totals.length ? [OTHERS] : [])]
  const rows = keys.map(() => moments.map(() => 0))
  for (const point of points) {
    const row = rows[rowOf.get(point.key) ?? own.length]
    const column = columnOf.get(point.at)
    if (row !== undefined && column !== undefined) row[column] = (row[column] ?? 0) + measured(point, measure)
  }
  return keys.map(({ key, label }, i) => ({ key, label, values: rows[i] ?? [] }))
}

const OTHERS = { key: null, label: '' }
