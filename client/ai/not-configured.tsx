import { Link } from '@tanstack/react-router'
import { useMessages } from '../platform/i18n.ts'
import { useMe } from '../platform/session.ts'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { messages } from './locale.ts'

/** Stands where AI would be while none is set up: what to set, and for admins the way there. */
export function AiNotConfigured() {
  const t = useMessages(messages)
  const isAdmin = useMe()?.isPlatformAdmin === true
  if (!isAdmin) return <EmptyState>{t('notConfigured.user')}</EmptyState>
  return (
    <EmptyState
      action={
        <Link to="/admin/ai" className={buttonClass('primary')}>
          {t('notConfigured.action')}
        </Link>
      }
    >
      {t('notConfigured.admin')}
    </EmptyState>
  )
}
