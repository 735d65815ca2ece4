import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { History, Trash2 } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { HistoryAuthor } from '#shared/api/history.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { useMessages } from '../platform/i18n.ts'
import { getSocket } from '../platform/socket.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { InsteadOfList } from '../ui/instead-of-list.tsx'
import { byDay } from './days.ts'
import { DeletedFiles } from './deleted-files.tsx'
import { EntryRow } from './entry-row.tsx'
import { historyKey, historyOf } from './history-api.ts'
import { messages } from './locale.ts'

interface Props {
  readonly workspaceId: string
  /** null where no text file is open */
  readonly documentId: string | null
  readonly path: string | null
  /** the moment that is shown; null is now */
  readonly at: number | null
  readonly onShow: (seq: number | null) => void
  /** instead of the history: the files that are gone; null for those who may not bring them back */
  readonly deleted: { readonly isShown: boolean; readonly setShown: (isShown: boolean) => void } | null
  readonly onOpenFile: (path: string) => void
}

/** Writing goes on while somebody looks: the newest entry is read again this long after a change. */
const REFRESH_MS = 1_500

/** Who worked on the file when, newest first. */
export function HistoryPanel({ workspaceId, documentId, path, at, onShow, deleted, onOpenFile }: Props) {
  const t = useMessages(messages)
  const name = path?.slice(path.lastIndexOf('/') + 1) ?? ''
  const isDeleted = deleted?.isShown === true
  const heading = isDeleted ? t('deleted.title') : path === null ? t('title') : t('of', { name })
  return (
    <section aria-label={isDeleted ? t('deleted.title') : t('title')} className="flex h-full min-h-0 flex-col">
      <header className="flex shrink-0 items-center gap-1 py-1 pr-1 pl-3">
        <h2
          className="min-w-0 flex-1 truncate py-1 text-12 font-semibold text-muted"
          title={isDeleted ? undefined : (path ?? undefined)}
        >
          {heading}
        </h2>
        {deleted !== null && (
          <IconButton
            icon={isDeleted ? History : Trash2}
            label={t(isDeleted ? 'deleted.back' : 'deleted.show')}
            onClick={() => deleted.setShown(!isDeleted)}
          />
        )}
      </header>
      {isDeleted ? (
        <DeletedFiles workspaceId={workspaceId} onOpenFile={onOpenFile} />
      ) : documentId === null ? (
        <div className="px-3">
          <EmptyState>{t('noFile')}</EmptyState>
        </div>
      ) : (
        <Timeline key={documentId} workspaceId={workspaceId} documentId={documentId} at={at} onShow={onShow} />
      )}
    </section>
  )
}

function Timeline({
  workspaceId,
  documentId,
  at,
  onShow,
}: Pick<Props, 'workspaceId' | 'at' | 'onShow'> & { documentId: string }) {
  const t = useMessages(messages)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    historyOf(workspaceId, documentId),
  )
  useRefreshOnChange(documentId)
  const authors = useMemo(
    () => new Map<string, HistoryAuthor>(data?.pages.flatMap((page) => page.authors.map((one) => [one.id, one]))),
    [data],
  )
  const entries = data?.pages.flatMap((page) => page.entries) ?? []
  if (entries.length === 0)
    return (
      <InsteadOfList
        error={error}
        isEmpty={data !== undefined}
        retry={refetch}
        failed={t('failed')}
        empty={t('empty')}
      />
    )
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-3">
      {byDay(entries).map(({ day, entries: ofDay }) => (
        <div key={`${day}${ofDay[0]?.toSeq}`}>
          <h3 className="sticky top-0 z-10 bg-side px-3 py-1 text-12 text-muted">{day}</h3>
          <ol onKeyDown={moveFocus}>
            {ofDay.map((entry) => (
              <EntryRow
                key={entry.toSeq}
                entry={entry}
                authors={entry.authorIds.flatMap((id) => authors.get(id) ?? [])}
                isShown={entry.toSeq === at}
                onShow={() => onShow(entry.toSeq === at ? null : entry.toSeq)}
              />
            ))}
          </ol>
        </div>
      ))}
      {hasNextPage && (
        <Button className="mx-3 mt-2" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('older')}
        </Button>
      )}
    </div>
  )
}

/** Up and down go from entry to entry, as in other lists. */
function moveFocus(event: React.KeyboardEvent<HTMLOListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const panel = event.currentTarget.closest('section')
  const all = [...(panel?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])]
  const next = all[all.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function useRefreshOnChange(documentId: string): void {
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const onStatus: ServerEvents['file.status'] = (event) => {
      if (event.status === 'on-disk') onChange(event)
    }
    const onChange: ServerEvents['history.changed'] = (event) => {
      if (event.documentId !== documentId) return
      timer ??= setTimeout(() => {
        timer = null
        void client.invalidateQueries({ queryKey: [...historyKey(documentId), 'list'] })
      }, REFRESH_MS)
    }
    const socket = getSocket()
    socket.on('file.status', onStatus)
    socket.on('history.changed', onChange)
    return () => {
      socket.off('file.status', onStatus)
      socket.off('history.changed', onChange)
      if (timer !== null) clearTimeout(timer)
    }
  }, [client, documentId])
}
