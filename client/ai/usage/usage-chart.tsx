import { currentLocale, useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { BarChart, Swatch } from '../../ui/chart/bar-chart.tsx'
import { Table } from '../../ui/table.tsx'
import { messages } from '../locale.ts'
import { formatAmount } from '../money.ts'
import type { Grouping, Measure } from './usage-search.ts'
import type { UsageSeries } from './usage-series.ts'
import type { UsageWindow } from './usage-window.ts'

interface Props {
  isTable: boolean
  series: readonly UsageSeries[]
  window: UsageWindow
  measure: Measure
  by: Grouping
  dayBudget: number | undefined
}

/** Its heads stay in sight while the rows go by. */
const SCROLLER = 'max-h-80 overflow-auto [&_th]:sticky [&_th]:top-0 [&_th]:bg-surface'

/** The same values as bars or as a table. Hours and days are of UTC, as they are charged. */
export function UsageChart({ isTable, series, window, measure, by, dayBudget }: Props) {
  const t = useMessages(messages)
  const value = measure === 'cost' ? formatAmount : formatNumber
  const names = { measure: t(`usage.${measure}`), by: t(`usage.${by}`) }
  const moments = window.moments.map((at) => ({ key: at, ...momentNames(at, window.bucket) }))
  const keyed = series.map((s) => ({ ...s, key: s.key ?? '…others' }))
  const sumAt = (i: number) => series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0)
  const describe = (i: number) => {
    const at = moments[i]?.long ?? ''
    const total = sumAt(i)
    if (total === 0) return t('usage.valueNone', { at })
    const parts = series
      .filter((s) => (s.values[i] ?? 0) > 0)
      .map((s) => t('usage.part', { label: s.label, value: value(s.values[i] ?? 0) }))
    return t('usage.value', { at, total: value(total), parts: parts.join(', ') })
  }

  if (isTable) {
    const rows = moments.map((moment, i) => ({ ...moment, i })).toReversed()
    return (
      // Reached by Tab, so that the arrow keys can scroll it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <div className={SCROLLER} tabIndex={0} role="region" aria-label={t('usage.tableCaption', names)}>
        <Table
          caption={t('usage.tableCaption', names)}
          rows={rows}
          rowKey={(row) => row.key}
          columns={[
            {
              key: 'time',
              title: t('usage.time'),
              render: (row) => <span className="whitespace-nowrap">{row.long}</span>,
            },
            ...keyed.map((s, place) => ({
              key: `of ${s.key}`,
              title: s.label,
              isNumber: true,
              isOptional: place > 0,
              render: (row: { i: number }) => value(s.values[row.i] ?? 0),
            })),
            { key: 'total', title: t('usage.total'), isNumber: true, render: (row) => <b>{value(sumAt(row.i))}</b> },
          ]}
        />
      </div>
    )
  }
  return (
    <div className="grid gap-1">
      <BarChart
        label={t('usage.chart', names)}
        columns={moments}
        series={keyed}
        format={value}
        formatTick={(tick) => compact(measure === 'cost' ? tick / 1_000_000 : tick)}
        describe={describe}
        totalLabel={t('usage.total')}
        reference={
          measure === 'cost' && window.bucket === 'day' && dayBudget !== undefined
            ? { value: dayBudget, label: t('usage.budgetLine') }
            : undefined
        }
      />
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-12 text-muted" style={{ paddingLeft: 48 }}>
        {keyed.map((s, place) => (
          <li key={s.key} className="flex min-w-0 items-center gap-1.5">
            <Swatch place={place} />
            <span className="truncate">{s.label}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const compact = (value: number): string =>
  new Intl.NumberFormat(currentLocale(), { notation: 'compact', maximumSignificantDigits: 3 }).format(value)

function momentNames(iso: string, bucket: 'hour' | 'day'): { short: string; long: string } {
  const date = new Date(iso)
  const write = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(currentLocale(), { timeZone: 'UTC', ...options }).format(date)
  if (bucket === 'day') {
    return {
      short: write({ month: 'numeric', day: 'numeric' }),
      long: write({ weekday: 'short', month: 'short', day: 'numeric' }),
    }
  }
  const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return { short: write(hour), long: write({ month: 'short', day: 'numeric', ...hour }) }
}
