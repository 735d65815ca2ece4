import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly isNumber?: boolean
  /** Left out on narrow screens, where only what matters has room. */
  readonly isOptional?: boolean
  /** The head is read aloud but not shown: a column of buttons. */
  readonly isTitleHidden?: boolean
  readonly render: (row: Row) => ReactNode
}

interface Props<Row> {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
}

/** Rows and hairlines. Rows keep their place while they change (behaviour 24): the caller keeps their order. */
export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  // On narrow screens the last of those that are left stands at the edge.
  const lastNarrow = columns.findLast((c) => c.isOptional !== true)?.key
  const place = (c: Column<Row>) =>
    cx(
      'border-b border-line pr-4 last:pr-0',
      c.isNumber === true && 'pr-8 text-right whitespace-nowrap',
      c.isOptional === true && 'max-md:hidden',
      c.key === lastNarrow && 'max-md:pr-0',
    )
  return (
    <table className="w-full border-separate border-spacing-0">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((c) => (
            <th
              key={c.key}
              scope="col"
              className={cx('h-7 text-left text-12 font-normal whitespace-nowrap text-muted', place(c))}
            >
              {c.isTitleHidden === true ? <span className="sr-only">{c.title}</span> : c.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="hover-row [&:last-child>td]:border-b-0">
            {columns.map((c) => (
              <td key={c.key} className={cx('h-9 py-1', place(c))}>
                {c.render(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
