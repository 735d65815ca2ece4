import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'

/** Rows to come, shown only where they take longer than 200 ms. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  const t = useMessages(common)
  return (
    <div role="status" className="appear-late grid gap-3 py-3">
      <span className="sr-only">{t('state.loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="h-4 rounded-sm bg-hover" style={{ width: `${72 - (row % 3) * 16}%` }} />
      ))}
    </div>
  )
}
