import { GitCommitHorizontal, HardDrive } from 'lucide-react'
import type { HistoryAuthor, HistoryCommit, HistoryEntry } from '#shared/api/history.ts'
import { useMessages } from '../platform/i18n.ts'
import { Avatar, personColor } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { timeSpan } from './days.ts'
import { messages } from './locale.ts'

const SHORT_HASH = 7
const MAX_AVATARS = 3

export const shortHash = ({ hash }: HistoryCommit): string => hash.slice(0, SHORT_HASH)

/** The names as they are read, in the order in which they wrote. */
export const nameOf = ({ kind, name }: HistoryAuthor): string => {
  if (kind === 'disk') return messages.t('disk')
  if (kind === 'ai') return name === null ? messages.t('ai') : messages.t('aiFor', { name })
  return name ?? messages.t('gone')
}

interface Props {
  readonly entry: HistoryEntry
  readonly authors: readonly HistoryAuthor[]
  readonly isShown: boolean
  readonly onShow: () => void
}

/** One session of work. */
export function EntryRow({ entry, authors, isShown, onShow }: Props) {
  const t = useMessages(messages)
  const { kind, added, removed, commit } = entry
  const [first] = authors
  const names = authors.map(nameOf).join(', ')
  const counts = `${t('added', { count: added })}, ${t('removed', { count: removed })}`
  const what = kind === 'opened' ? t('opened') : commit !== undefined ? t('byGit') : t('byDisk')
  return (
    <li>
      <button
        type="button"
        data-entry
        aria-current={isShown || undefined}
        title={t('show')}
        onClick={onShow}
        className={cx(
          'relative grid w-full grid-cols-[auto_1fr_auto] items-start gap-x-2 py-1.5 pr-3 pl-4 text-left hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:min-h-11',
          isShown && 'bg-active',
        )}
      >
        <span
          aria-hidden
          className="absolute inset-y-0 left-1.5 w-0.5"
          style={
            first === undefined || kind === 'people'
              ? { background: personColor(first?.color ?? 0) }
              : { background: `repeating-linear-gradient(${personColor(first.color)} 0 4px, transparent 4px 7px)` }
          }
        />
        <span className="flex gap-0.5 pt-px">
          {kind === 'people' ? (
            authors
              .slice(0, MAX_AVATARS)
              .map((one) => <Avatar key={one.id} name={nameOf(one)} color={one.color} size="small" isDecorative />)
          ) : (
            <span className="inline-flex size-5 items-center justify-center text-muted">
              <Icon of={commit === undefined ? HardDrive : GitCommitHorizontal} />
            </span>
          )}
        </span>
        <span className="grid min-w-0">
          <span className="truncate">{kind === 'people' ? names : what}</span>
          <span className="text-12 text-muted">{timeSpan(entry)}</span>
          {commit !== undefined && (
            <span className="truncate text-12" title={commit.subject}>
              <code className="font-mono text-muted">{shortHash(commit)}</code> {commit.subject}
            </span>
          )}
        </span>
        <span className="text-12 whitespace-nowrap" title={counts}>
          <span className="sr-only">{counts}</span>
          <span aria-hidden>
            {added > 0 && <span className="text-accent">+{added}</span>}{' '}
            {removed > 0 && <span className="text-danger">−{removed}</span>}
          </span>
        </span>
      </button>
    </li>
  )
}
