import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession, useAuthState } from '../platform/session.ts'
import { AccountForm } from './account-form.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'
import { ProviderLinks } from './provider-links.tsx'
import { localNext } from './validation.ts'

export function SignUpPage() {
  const t = useMessages(messages)
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const state = useAuthState()
  const next = localNext(search.next)
  const inviteToken = search.invite
  const isOpen = state?.signUp === 'open' || (inviteToken !== undefined && state?.signUp !== undefined)
  const toLogin = (
    <p className="text-muted">
      {t('signUp.toLogin')}{' '}
      <Link to="/login" search={{ next }} className="link">
        {t('signUp.loginLink')}
      </Link>
    </p>
  )
  if (!isOpen) {
    return (
      <AuthPage title={t('signUp.closedTitle')} lead={t('signUp.closed')}>
        {toLogin}
      </AuthPage>
    )
  }
  return (
    <AuthPage title={t('signUp.title')}>
      {inviteToken === undefined && <ProviderLinks next={next} />}
      <AccountForm
        submitLabel={t('signUp.submit')}
        onSubmit={async ({ email, password, name }) => {
          await api.auth.signUp.mutate({ email, password, name, ...(inviteToken === undefined ? {} : { inviteToken }) })
          await refreshSession({ forget: true })
          await navigate({ href: next })
        }}
      />
      {toLogin}
    </AuthPage>
  )
}
