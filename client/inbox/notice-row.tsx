import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import type { NoticeInfo } from '#shared/api/inbox.ts'
import { budgetOutlook, whoCanRaise } from '../platform/budgets.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatDateTime, formatRelativeTime } from '../platform/time.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { messages } from './locale.ts'
import { isPast, sayNotice } from './sentences.ts'

interface Props {
  notice: NoticeInfo
  onRead: () => void
}

/** What was told, when, and where to see more of it; going there has read it. */
export function NoticeRow({ notice, onRead }: Props) {
  const t = useMessages(messages)
  const { workspace, at, isRead } = notice
  return (
    <li className="flex items-start gap-3 border-b border-line py-3 last:border-b-0">
      <i aria-hidden className={cx('mt-1.5 size-2 shrink-0 rounded-full', isRead ? 'bg-transparent' : 'bg-accent')} />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="flex flex-wrap gap-x-2 text-12 text-muted">
          {!isRead && <span className="sr-only">{t('unread')}</span>}
          {workspace !== null && <span className="truncate font-semibold">{workspace.name}</span>}
          <time dateTime={at} title={formatDateTime(at)}>
            {formatRelativeTime(at)}
          </time>
        </p>
        <p className={isRead ? 'text-muted' : ''}>
          {sayNotice(notice)} <Raisers notice={notice} />
        </p>
        <More notice={notice} onRead={onRead} />
      </div>
      {!isRead && <IconButton icon={Check} label={t('markRead')} onClick={onRead} />}
    </li>
  )
}

/** Whom to ask, as it is now; of budgets that still hold. */
function Raisers({ notice: { workspace, facts } }: Pick<Props, 'notice'>) {
  const outlook = useQuery(budgetOutlook(workspace?.id ?? null)).data
  if (outlook === undefined || isPast(facts.beginsAnewAt)) return null
  return <>{whoCanRaise(outlook)}</>
}

const MORE = 'justify-self-start text-12 text-accent underline-offset-2 hover:underline'

function More({ notice: { workspace, facts }, onRead }: Props) {
  const t = useMessages(messages)
  if (facts.scope === 'platform') {
    return (
      <Link to="/admin/ai" onClick={onRead} className={MORE}>
        {t('budgets')}
      </Link>
    )
  }
  if (workspace === null) {
    return (
      <Link to="/settings" onClick={onRead} className={MORE}>
        {t('usage')}
      </Link>
    )
  }
  return (
    <Link to="/w/$workspaceId/settings" params={{ workspaceId: workspace.id }} onClick={onRead} className={MORE}>
      {t('usage')}
    </Link>
  )
}
