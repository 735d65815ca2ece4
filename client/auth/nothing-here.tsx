import { Link } from '@tanstack/react-router'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { useAuthState } from '../platform/session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'

/** The one page for what is missing and for what is forbidden: it does not tell which (behaviour 26). */
export function NothingHere() {
  const t = useMessages(messages)
  const account = useAuthState()?.me?.email
  return (
    <NoWayIn
      title={t('nothing.title')}
      lead={account === undefined ? t('nothing.bodyGuest') : t('nothing.body', { account })}
    />
  )
}

/** A page that is not for this account, with the ways on. */
export function NoWayIn({ title, lead }: { title: string; lead: string }) {
  const t = useMessages(messages)
  const account = useAuthState()?.me?.email
  const switchAccount = async () => {
    const next = location.pathname + location.search + location.hash
    if (account !== undefined) await api.auth.logout.mutate()
    // A full load: nothing of the former account stays in memory.
    location.assign(`/login?next=${encodeURIComponent(next)}`)
  }
  return (
    <AuthPage title={title} lead={lead}>
      <div className="flex flex-wrap gap-2">
        <Button size="large" onClick={() => void switchAccount()}>
          {t('nothing.switch')}
        </Button>
        <Link to="/" className={buttonClass('quiet', 'large')}>
          {t('nothing.home')}
        </Link>
      </div>
    </AuthPage>
  )
}
