export const RANGES = ['day', 'week', 'month', 'quarter'] as const
export type Range = (typeof RANGES)[number]
export const GROUPINGS = ['model', 'person', 'workspace'] as const
export type Grouping = (typeof GROUPINGS)[number]
export const MEASURES = ['cost', 'tokens', 'calls'] as const
export type Measure = (typeof MEASURES)[number]

/** What a usage view shows; it lives in the URL, so that a view can be reloaded and sent on (behaviour 24). */
export interface UsageSearch {
  range?: Range
  by?: Grouping
  measure?: Measure
  view?: 'table'
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined => values.find((v) => v === value)

/** Reads a URL's search; what it does not know it leaves out. */
export function readUsageSearch(search: Record<string, unknown>): UsageSearch {
  const range = oneOf(RANGES, search['range'])
  const by = oneOf(GROUPINGS, search['by'])
  const measure = oneOf(MEASURES, search['measure'])
  return {
    ...(range && { range }),
    ...(by && { by }),
    ...(measure && { measure }),
    ...(search['view'] === 'table' && { view: 'table' as const }),
  }
}
