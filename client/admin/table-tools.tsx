import { useMessages } from '../platform/i18n.ts'
import { formatNumber } from '../platform/time.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import type { useTableSearch } from './use-table-search.ts'

type TableSearch = ReturnType<typeof useTableSearch>

export function SearchField({ label, table }: { label: string; table: TableSearch }) {
  return (
    <TextField
      label={label}
      isLabelHidden
      placeholder={label}
      type="search"
      className="w-80 max-w-full"
      value={table.typed}
      onChange={(event) => table.setTyped(event.target.value)}
    />
  )
}

interface PagesProps {
  table: TableSearch
  shown: number
  total: number
  nextCursor: string | null | undefined
}

/** How much of the whole is on this page, and the way to the rest. */
export function Pages({ table, shown, total, nextCursor }: PagesProps) {
  const t = useMessages(messages)
  return (
    <div className="flex items-center gap-2 text-muted">
      <span className="flex-1 text-12">
        {t('table.showing', { shown: formatNumber(shown), total: formatNumber(total) })}
      </span>
      {table.cursor !== undefined && <Button onClick={() => table.goTo(undefined)}>{t('table.first')}</Button>}
      {nextCursor !== null && nextCursor !== undefined && (
        <Button onClick={() => table.goTo(nextCursor)}>{t('table.next')}</Button>
      )}
    </div>
  )
}
