import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, Table2, ChartColumn as ChartIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { UsagePoint } from '#shared/api/ai.ts'
import { describeError } from '../../platform/api-error.ts'
import { useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { Button } from '../../ui/button.tsx'
import { downloadText } from '../../ui/download.ts'
import { Notice } from '../../ui/notice.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { messages } from '../locale.ts'
import { formatAmount } from '../money.ts'
import { UsageChart } from './usage-chart.tsx'
import { usageCsv } from './usage-csv.ts'
import { type Grouping, type Measure, MEASURES, RANGES, readUsageSearch } from './usage-search.ts'
import { seriesOf, totalUsage, type UsageTotal } from './usage-series.ts'
import { UsageTotals } from './usage-totals.tsx'
import { type UsageWindow, usageWindow } from './usage-window.ts'

const REFRESH_MS = 30_000

export type UsageQuestion = Pick<UsageWindow, 'from' | 'to' | 'bucket'> & { readonly by: Grouping }

interface Props {
  /** Whose usage: parts of the query's key. */
  scope: readonly string[]
  groupings: readonly [Grouping, ...Grouping[]]
  load: (question: UsageQuestion) => Promise<readonly UsagePoint[]>
  /** Said where there is nothing. */
  none: string
  /** What can be done about a row of the totals. */
  renderAction?: (total: UsageTotal, by: Grouping) => ReactNode
  /** per day, in millionths */
  dayBudget?: number | undefined
}

/** Usage over time with its totals. What is shown lives in the URL; values by pointer, by keys, as a table, as CSV. */
export function UsageView({ scope, groupings, load, none, renderAction, dayBudget }: Props) {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const all = useSearch({ strict: false })
  const search = readUsageSearch(all)
  const { range = 'week', view } = search
  const by = search.by !== undefined && groupings.includes(search.by) ? search.by : groupings[0]
  const window = usageWindow(range, useNow(REFRESH_MS))
  const { from, to, bucket } = window
  const query = useQuery({
    queryKey: ['ai', 'usage', ...scope, from, to, bucket, by],
    queryFn: async () => ({ by, window, points: await load({ from, to, bucket, by }) }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const show = (change: object) =>
    void navigate({ to: '.', search: { ...all, ...change }, replace: true, resetScroll: false })

  const answer = query.data
  const points = (answer?.points ?? []).map((p) => (p.key === '' ? { ...p, label: t('usage.noWorkspace') } : p))
  // Without prices nothing costs anything, and a chart of that says nothing.
  const measure: Measure = search.measure ?? (points.some((p) => p.cost > 0) ? 'cost' : 'tokens')
  const totals = totalUsage(points, measure)
  const shown = answer === undefined ? [] : seriesOf(points, totals, answer.window.moments, measure)
  const series = shown.map((s) => (s.key === null ? { ...s, label: t('usage.others') } : s))
  const sum = (pick: (total: UsageTotal) => number) => totals.reduce((so, total) => so + pick(total), 0)

  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segments
          label={t('usage.range')}
          value={range}
          options={RANGES.map((r) => ({ value: r, label: t(`usage.${r}`), title: t(`usage.${r}Name`) }))}
          onChange={(next) => show({ range: next })}
        />
        <Segments
          label={t('usage.by')}
          value={by}
          options={groupings.map((g) => ({ value: g, label: t(`usage.${g}`) }))}
          onChange={(next) => show({ by: next })}
        />
        <Segments
          label={t('usage.measure')}
          value={measure}
          options={MEASURES.map((m) => ({ value: m, label: t(`usage.${m}`) }))}
          onChange={(next) => show({ measure: next })}
        />
      </div>
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && answer === undefined && <Notice tone="error">{describeError(query.error)}</Notice>}
      {answer !== undefined && points.length === 0 && <p className="text-muted">{none}</p>}
      {answer !== undefined && points.length > 0 && (
        <>
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <p className="min-w-0 flex-1 basis-60 text-muted">
              {t('usage.summary', {
                cost: formatAmount(sum((u) => u.cost)),
                tokens: formatNumber(sum((u) => u.tokens)),
                count: sum((u) => u.calls),
                calls: formatNumber(sum((u) => u.calls)),
                failed: formatNumber(sum((u) => u.failed)),
              })}
            </p>
            <div className="-mx-3 flex flex-wrap gap-2">
              <Button
                kind="quiet"
                icon={view === 'table' ? ChartIcon : Table2}
                onClick={() => show({ view: view === 'table' ? undefined : 'table' })}
              >
                {view === 'table' ? t('usage.asChart') : t('usage.asTable')}
              </Button>
              <Button
                kind="quiet"
                icon={Download}
                onClick={() =>
                  downloadText(usageCsv(points), `${t('usage.file')}-${from.slice(0, 10)}-${answer.by}.csv`, 'text/csv')
                }
              >
                {t('usage.csv')}
              </Button>
            </div>
          </div>
          <UsageChart
            isTable={view === 'table'}
            series={series}
            window={answer.window}
            measure={measure}
            by={answer.by}
            dayBudget={dayBudget}
          />
          <UsageTotals
            totals={totals}
            colored={shown.map((s) => s.key)}
            by={answer.by}
            measure={measure}
            renderAction={renderAction}
          />
        </>
      )}
    </div>
  )
}
