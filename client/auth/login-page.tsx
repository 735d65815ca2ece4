import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { isErrorCode, sentenceFor } from '../platform/api-error.ts'
import { wasGuestAt } from '../platform/former-guest.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession, useAuthState } from '../platform/session.ts'
import { Notice } from '../ui/notice.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'
import { LoginForm } from './login-form.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { localNext } from './validation.ts'

export function LoginPage() {
  const t = useMessages(messages)
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const state = useAuthState()
  const next = localNext(search.next)
  return (
    <AuthPage title={t('login.title')}>
      {search.error !== undefined && (
        <Notice tone="error">{sentenceFor(isErrorCode(search.error) ? search.error : 'oauth_failed')}</Notice>
      )}
      {search.error === undefined && wasGuestAt(next) && <Notice tone="plain">{t('login.visitEnded')}</Notice>}
      <ProviderLinks next={next} />
      <LoginForm
        onSignedIn={async () => {
          await refreshSession({ forget: true })
          await navigate({ href: next })
        }}
      />
      <div className="grid gap-3 text-muted">
        {state?.signUp === 'open' && (
          <p>
            {t('login.toSignUp')}{' '}
            <Link to="/signup" search={{ next }} className="link">
              {t('login.signUpLink')}
            </Link>
          </p>
        )}
        <p className="text-12">{t('login.forgot')}</p>
      </div>
    </AuthPage>
  )
}
