import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { SuggestionSummary } from '#shared/api/suggestions.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useHeldOrder } from '../ui/use-held-order.ts'
import { stopAsk } from './ask.ts'
import { messages } from './locale.ts'
import { suggestionList } from './queries.ts'
import { SuggestionItem } from './suggestion-item.tsx'
import type { Suggestions } from './suggestions.ts'
import { describeAuthor } from './summary.ts'

interface Props {
  suggestions: Suggestions
  /** opens the file at the hunk; where there is no editor, its page */
  onShow: (summary: SuggestionSummary, position: number, line: number | null) => void
  /** more buttons at the end of the bar */
  tools?: ReactNode
}

const ANY = ''

/** Everything that is suggested in the workspace, to be decided without an editor too. */
export function SuggestionsPanel({ suggestions, onShow, tools }: Props) {
  const t = useMessages(messages)
  const rights = useStore(suggestions.store, (s) => s.rights)
  const query = useQuery({ ...suggestionList(suggestions.workspaceId), enabled: rights.mayPropose })
  const [file, setFile] = useState(ANY)
  const [author, setAuthor] = useState(ANY)
  const all = query.data?.suggestions ?? []
  const fits = (one: SuggestionSummary): boolean =>
    (file === ANY || one.path === file) && (author === ANY || describeAuthor(one) === author)
  const { rows, holder } = useHeldOrder(all.filter(fits), (one) => one.id)
  const isOpen = (one: SuggestionSummary): boolean => one.counts.open > 0
  const open = rows.filter(isOpen)
  const decided = rows.filter((one) => !isOpen(one))
  const list = (some: readonly SuggestionSummary[], label: string, isCollapsed: boolean) => (
    <ul aria-label={label} className="grid">
      {some.map((one) => (
        <SuggestionItem
          key={one.id}
          suggestions={suggestions}
          summary={one}
          isCollapsed={isCollapsed}
          onShow={(position, line) => onShow(one, position, line)}
        />
      ))}
    </ul>
  )
  return (
    <section aria-label={t('title')} className="flex h-full min-h-0 flex-col bg-surface" {...holder}>
      <header className="flex min-h-9 shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <h2 className="mr-auto font-semibold">{t('title')}</h2>
        {all.length > 1 && (
          <>
            <Choice
              label={t('list.file')}
              any={t('list.anyFile')}
              value={file}
              values={all.map((one) => one.path)}
              onChange={setFile}
            />
            <Choice
              label={t('list.author')}
              any={t('list.anyAuthor')}
              value={author}
              values={all.map(describeAuthor)}
              onChange={setAuthor}
            />
          </>
        )}
        {tools}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {!rights.mayPropose && rights.meId !== '' && (
          <div className="p-3">
            <EmptyState>{t('list.members')}</EmptyState>
          </div>
        )}
        {query.isPending && rights.mayPropose && (
          <div className="px-3">
            <Skeleton rows={3} />
          </div>
        )}
        {query.isError && query.data === undefined && (
          <div className="grid justify-items-start gap-3 p-3">
            <Notice tone="error">{t('list.failed')}</Notice>
            <Button onClick={() => void query.refetch()}>{common.t('action.retry')}</Button>
          </div>
        )}
        {query.data?.asks.map((ask) => (
          <div
            key={ask.askId}
            className="flex items-center gap-2 border-b border-dashed border-line px-3 py-1 text-12 text-muted"
          >
            <p role="status" className="min-w-0 flex-1">
              {t('aiWorking', { name: ask.requester.name })}
            </p>
            {rights.mayAsk && <Button onClick={() => void stopAsk(suggestions, ask.askId)}>{t('list.stop')}</Button>}
          </div>
        ))}
        {query.data !== undefined && open.length === 0 && (
          <div className="p-3">
            <EmptyState>
              {all.some(isOpen) ? t('list.none') : t(rights.mayDecide ? 'list.empty' : 'list.emptyViewer')}
            </EmptyState>
          </div>
        )}
        {list(open, t('list.label'), false)}
        {decided.length > 0 && (
          <>
            <h3 className="px-3 pt-4 pb-1 text-12 font-semibold text-muted">{t('list.decided')}</h3>
            {list(decided, t('list.decided'), true)}
          </>
        )}
      </div>
    </section>
  )
}

interface ChoiceProps {
  label: string
  any: string
  value: string
  values: readonly string[]
  onChange: (value: string) => void
}

function Choice({ label, any, value, values, onChange }: ChoiceProps) {
  const id = useId()
  return (
    <>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 max-w-36 min-w-0 truncate rounded-sm bg-surface text-12 pointer-coarse:h-11"
      >
        <option value={ANY}>{any}</option>
        {[...new Set(values)].toSorted().map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </>
  )
}
