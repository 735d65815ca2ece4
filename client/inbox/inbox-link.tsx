import { Link, useNavigate } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useCallback } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { messages } from './locale.ts'
import { useUnread } from './use-inbox.ts'

const SHOWN_MAX = 99

/** The way to one's inbox, with how much in it is unread. */
export function InboxLink() {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const open = useCallback(() => void navigate({ to: '/inbox' }), [navigate])
  const { length: count } = useUnread(open)
  const label = count === 0 ? t('openNone') : t('open', { count })
  return (
    <Tooltip label={label}>
      <Link
        to="/inbox"
        aria-label={label}
        className="relative inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink aria-[current=page]:text-ink pointer-coarse:size-11"
      >
        <Icon of={Bell} />
        {count > 0 && (
          <span
            aria-hidden
            className="absolute -top-0.5 -right-1 min-w-4 rounded-full bg-accent px-1 text-center text-[10px]/4 font-semibold text-on-accent pointer-coarse:top-1.5 pointer-coarse:right-1"
          >
            {count > SHOWN_MAX ? `${SHOWN_MAX}+` : count}
          </span>
        )}
      </Link>
    </Tooltip>
  )
}
