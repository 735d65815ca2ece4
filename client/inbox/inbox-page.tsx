import { useQuery } from '@tanstack/react-query'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { NoticeRow } from './notice-row.tsx'
import { inboxQuery, markRead, unreadOf } from './queries.ts'
import { SystemSection } from './system-section.tsx'

/** `/inbox`: what one was told while elsewhere. */
export function InboxPage() {
  const t = useMessages(messages)
  const inbox = useQuery(inboxQuery)
  const unread = unreadOf(inbox.data)
  const read = (ids: readonly string[]): void => {
    markRead(ids).catch((error: unknown) => showToast({ kind: 'error', text: describeError(error) }))
  }
  return (
    <div className="mx-auto grid w-full max-w-[720px] flex-1 content-start gap-5 px-6 py-8 max-sm:px-4 max-sm:py-5">
      <title>{t('pageTitle')}</title>
      <div className="flex flex-wrap items-center gap-4">
        <h1 className="flex-1 text-20">{t('title')}</h1>
        {unread.length > 0 && <Button onClick={() => read(unread.map(({ id }) => id))}>{t('markAll')}</Button>}
      </div>
      {inbox.isPending && <Skeleton rows={3} />}
      {inbox.isError && inbox.data === undefined && <Notice tone="error">{describeError(inbox.error)}</Notice>}
      {inbox.data?.notices.length === 0 && <EmptyState>{t('empty')}</EmptyState>}
      {inbox.data !== undefined && inbox.data.notices.length > 0 && (
        <>
          <p className="max-w-prose text-muted">{t('lead')}</p>
          <ul aria-label={t('list')} className="border-t border-line">
            {inbox.data.notices.map((notice) => (
              <NoticeRow key={notice.id} notice={notice} onRead={() => read([notice.id])} />
            ))}
          </ul>
        </>
      )}
      <SystemSection />
    </div>
  )
}
