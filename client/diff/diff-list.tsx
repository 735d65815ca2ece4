import { Fragment, useEffect, useMemo, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { personColor } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { DiffParts } from './diff-parts.ts'
import { changesOf, type ListRow, listRows } from './list-rows.ts'
import { messages } from './locale.ts'
import type { DiffNote } from './types.ts'

/** More rows are drawn when asked for: a file that changed as a whole would keep the page busy. */
const ROWS_AT_ONCE = 1_000

/** The changes as text that any browser, screen reader and small screen can show. */
export function DiffList({ original, modified, ignoresBlanks, authorOf, notes, shown, onChanges }: DiffParts) {
  const t = useMessages(messages)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const [limit, setLimit] = useState(ROWS_AT_ONCE)
  const changes = useMemo(
    () => changesOf(original.text, modified.text, ignoresBlanks),
    [original.text, modified.text, ignoresBlanks],
  )
  const rows = useMemo(
    () => listRows(original.text, modified.text, changes, open),
    [original.text, modified.text, changes, open],
  )
  useEffect(() => onChanges(changes), [changes, onChanges])
  useEffect(() => {
    if (shown === null) return
    document.querySelector(`[data-change="${shown}"]`)?.scrollIntoView({ block: 'center' })
  }, [shown])
  const authors = useMemo(() => changes.map((change) => authorOf?.(change) ?? null), [changes, authorOf])

  return (
    <div className="h-full overflow-auto">
      <table className="w-full border-collapse font-mono text-12 [font-variant-ligatures:none]">
        <tbody>
          <Notes notes={notes} line={0} />
          {rows.slice(0, limit).map((row, i) => {
            const isFirst = 'change' in row && (i === 0 || !isOfChange(rows[i - 1], row.change))
            const author = 'change' in row ? (authors[row.change] ?? null) : null
            return (
              <Fragment key={`${row.kind}${'modified' in row ? row.modified : row.original}`}>
                {row.kind === 'gap' ? (
                  <tr className="bg-side text-muted">
                    <td colSpan={4} className="px-3 py-0.5 font-sans">
                      <span className="mr-2">{t('between', { count: row.count })}</span>
                      <Button
                        kind="quiet"
                        className="text-12"
                        onClick={() => setOpen(new Set([...open, row.modified]))}
                      >
                        {t('showAll')}
                      </Button>
                    </td>
                  </tr>
                ) : (
                  <tr
                    {...(isFirst && { 'data-change': row.change })}
                    className={cx(
                      row.kind === 'added' && 'bg-added',
                      row.kind === 'removed' && 'bg-removed',
                      isFirst && row.change === shown && 'outline-2 -outline-offset-2 outline-accent',
                    )}
                  >
                    <td className="w-0 px-2 text-right whitespace-nowrap text-muted select-none">
                      {row.kind === 'added' ? '' : row.original}
                    </td>
                    <td className="w-0 px-2 text-right whitespace-nowrap text-muted select-none">
                      {row.kind === 'removed' ? '' : row.modified}
                    </td>
                    <td
                      className="w-0 px-1 select-none"
                      style={author === null ? {} : { boxShadow: `inset 2px 0 ${personColor(author.color)}` }}
                    >
                      <Sign kind={row.kind} />
                    </td>
                    <td className="pr-3 whitespace-pre-wrap [overflow-wrap:anywhere]">
                      {row.text === '' ? ' ' : row.text}
                      {isFirst && author !== null && (
                        <span className="ml-3 font-sans select-none" style={{ color: personColor(author.color) }}>
                          {t('by', { name: author.name })}
                        </span>
                      )}
                    </td>
                  </tr>
                )}
                {'modified' in row && <Notes notes={notes} line={lastLine(row)} from={row.modified} />}
              </Fragment>
            )
          })}
        </tbody>
      </table>
      {rows.length > limit && (
        <Button className="m-3" onClick={() => setLimit(limit + ROWS_AT_ONCE)}>
          {t('showAll')}
        </Button>
      )}
    </div>
  )
}

const isOfChange = (row: ListRow | undefined, change: number): boolean =>
  row !== undefined && 'change' in row && row.change === change

const lastLine = (row: Exclude<ListRow, { kind: 'removed' }>): number =>
  row.kind === 'gap' ? row.modified + row.count - 1 : row.modified

/** The sign for eyes, the word for ears. */
function Sign({ kind }: { kind: 'same' | 'added' | 'removed' }) {
  const t = useMessages(messages)
  if (kind === 'same') return null
  return (
    <>
      <span aria-hidden className={kind === 'added' ? 'text-accent' : 'text-danger'}>
        {kind === 'added' ? '+' : '−'}
      </span>
      <span className="sr-only">{t(kind)}</span>
    </>
  )
}

function Notes({ notes, line, from = line }: { notes: readonly DiffNote[]; line: number; from?: number }) {
  return notes
    .filter((note) => note.line >= from && note.line <= line)
    .map((note) => (
      <tr key={note.key}>
        <td colSpan={4} className="font-sans text-13">
          {note.content}
        </td>
      </tr>
    ))
}
