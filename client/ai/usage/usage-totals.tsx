import type { ReactNode } from 'react'
import { useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { Swatch } from '../../ui/chart/bar-chart.tsx'
import { Table } from '../../ui/table.tsx'
import { useHeldOrder } from '../../ui/use-held-order.ts'
import { messages } from '../locale.ts'
import { formatAmount } from '../money.ts'
import type { Grouping, Measure } from './usage-search.ts'
import { percentOf, type UsageTotal } from './usage-series.ts'

interface Props {
  totals: readonly UsageTotal[]
  /** the keys that have a colour in the chart, in its order; null for the others together */
  colored: readonly (string | null)[]
  by: Grouping
  measure: Measure
  renderAction: ((total: UsageTotal, by: Grouping) => ReactNode) | undefined
}

/** Who or what used how much, the largest first. */
export function UsageTotals({ totals, colored, by, measure, renderAction }: Props) {
  const t = useMessages(messages)
  const { rows, holder } = useHeldOrder(totals, (total) => total.key)
  const whole = totals.reduce((sum, total) => sum + total[measure], 0)
  const place = (total: UsageTotal) => {
    const own = colored.indexOf(total.key)
    return own < 0 ? colored.length - 1 : own
  }
  return (
    <div {...holder}>
      <Table
        caption={t('usage.totals', { by: t(`usage.${by}`) })}
        rows={rows}
        rowKey={(total) => total.key}
        columns={[
          {
            key: 'name',
            title: t(`usage.${by}`),
            render: (total) => (
              <span className="flex min-w-0 items-center gap-2">
                <Swatch place={place(total)} />
                <span className="min-w-0">{total.label}</span>
              </span>
            ),
          },
          { key: 'cost', title: t('usage.cost'), isNumber: true, render: (total) => formatAmount(total.cost) },
          {
            key: 'share',
            title: t('usage.share'),
            isNumber: true,
            isOptional: true,
            render: (total) => t('budgets.share', { percent: percentOf(total[measure], whole) }),
          },
          { key: 'tokens', title: t('usage.tokens'), isNumber: true, render: (total) => formatNumber(total.tokens) },
          {
            key: 'calls',
            title: t('usage.calls'),
            isNumber: true,
            isOptional: true,
            render: (total) => formatNumber(total.calls),
          },
          {
            key: 'failed',
            title: t('usage.failed'),
            isNumber: true,
            isOptional: true,
            render: (total) => formatNumber(total.failed),
          },
          ...(renderAction === undefined || totals.every((total) => renderAction(total, by) === null)
            ? []
            : [
                {
                  key: 'action',
                  title: t('usage.setBudgetShort'),
                  isTitleHidden: true,
                  isNumber: true,
                  isOptional: true,
                  render: (total: UsageTotal) => renderAction(total, by),
                },
              ]),
        ]}
      />
    </div>
  )
}
