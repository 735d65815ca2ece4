import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useStore } from 'zustand'
import type { HunkInfo, SuggestionInfo, SuggestionSummary } from '#shared/api/suggestions.ts'
import { useLocale, useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { ContextMenu } from '../ui/menu.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AuthorMark } from './author-mark.tsx'
import { HunkActions, suggestionMenu } from './hunk-actions.tsx'
import { HunkLines } from './hunk-lines.tsx'
import { hunkText } from './hunk-text.ts'
import { messages } from './locale.ts'
import { oneSuggestion } from './queries.ts'
import './suggestions.css'
import type { Suggestions } from './suggestions.ts'
import { describeAuthor, isSameHunk, nameOfFile } from './summary.ts'

interface Props {
  suggestions: Suggestions
  summary: SuggestionSummary
  isCollapsed: boolean
  onShow: (position: number, line: number | null) => void
}

/** One suggestion in the list, with its hunks as text. */
export function SuggestionItem({ suggestions, summary, isCollapsed, onShow }: Props) {
  const t = useMessages(messages)
  const locale = useLocale()
  const id = useId()
  const [isShown, setShown] = useState(!isCollapsed)
  const info = useQuery({ ...oneSuggestion(suggestions.workspaceId, summary.id), enabled: isShown }).data
  const file = nameOfFile(summary.path)
  const time = new Date(summary.createdAt)
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isShown}
        aria-controls={id}
        className="flex min-h-9 w-full items-center gap-2 px-3 py-1 text-left hover:bg-hover pointer-coarse:min-h-11"
        onClick={() => setShown(!isShown)}
      >
        <Icon of={isShown ? ChevronDown : ChevronRight} className="shrink-0 text-muted" />
        <span className="grid min-w-0 flex-1">
          <span className="truncate font-semibold" title={summary.path}>
            {file}
            {summary.title !== '' && <span className="ml-2 font-normal text-muted">{summary.title}</span>}
          </span>
          <span className="flex min-w-0 items-center gap-2 text-12 text-muted">
            <AuthorMark suggestion={summary} />
            <time dateTime={summary.createdAt} className="shrink-0" title={time.toLocaleString(locale)}>
              {time.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })}
            </time>
          </span>
        </span>
        {summary.counts.open > 0 && (
          <span className="shrink-0 text-12 text-muted">{t('list.counts', { count: summary.counts.open })}</span>
        )}
      </button>
      <div id={id}>
        {isShown && info === undefined && (
          <div className="px-3">
            <Skeleton rows={2} />
          </div>
        )}
        {isShown &&
          info?.hunks.map((hunk) => (
            <ListedHunk
              key={hunk.position}
              suggestions={suggestions}
              suggestion={info}
              hunk={hunk}
              onShow={() => onShow(hunk.position, hunk.fromLine)}
            />
          ))}
      </div>
    </li>
  )
}

interface HunkProps {
  suggestions: Suggestions
  suggestion: SuggestionInfo
  hunk: HunkInfo
  onShow: () => void
}

function ListedHunk({ suggestions, suggestion, hunk, onShow }: HunkProps) {
  const t = useMessages(messages)
  const isCurrent = useStore(suggestions.store, (s) =>
    isSameHunk(s.current, { suggestionId: suggestion.id, position: hunk.position }),
  )
  const number = suggestion.hunks.indexOf(hunk) + 1
  const isOpen = hunk.status === 'open'
  return (
    <ContextMenu entries={suggestionMenu(suggestions, suggestion)}>
      <article
        aria-label={t('hunk.label', {
          number,
          count: suggestion.hunks.length,
          author: describeAuthor(suggestion),
        })}
        className={cx(
          'mx-3 mb-3 overflow-hidden rounded-sm border border-line',
          isCurrent && isOpen && 'outline-2 -outline-offset-1 outline-accent',
        )}
      >
        <header className="flex min-h-7 items-center gap-2 border-b border-line bg-side px-2 text-12">
          {hunk.fromLine === null ? (
            <span className="text-warning">{t('hunk.gone')}</span>
          ) : (
            <button type="button" title={t('list.show')} className="link pointer-coarse:min-h-11" onClick={onShow}>
              {t('hunk.place', { line: hunk.fromLine })}
            </button>
          )}
          {isOpen && hunk.isConflict && <span className="truncate text-warning">{t('hunk.conflict')}</span>}
          {!isOpen && <span className="truncate text-muted">{describeStatus(hunk)}</span>}
        </header>
        <div className="max-h-[50dvh] overflow-auto text-12">
          <HunkLines lines={hunkText(hunk)} />
        </div>
        <footer className="flex justify-end border-t border-line px-1 py-1">
          <HunkActions
            suggestions={suggestions}
            suggestion={suggestion}
            hunk={hunk}
            isConflict={isOpen && hunk.isConflict}
          />
        </footer>
      </article>
    </ContextMenu>
  )
}

function describeStatus({ status, decidedBy }: HunkInfo): string {
  const { t } = messages
  const name = decidedBy?.name ?? t('someone')
  switch (status) {
    case 'open':
      return ''
    case 'accepted':
      return t('hunk.acceptedBy', { name })
    case 'rejected':
      return t('hunk.rejectedBy', { name })
    case 'undone':
      return t('hunk.undoneBy', { name })
  }
}
