import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession, useAuthState } from '../platform/session.ts'
import { AccountForm } from './account-form.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'
import { ProviderLinks } from './provider-links.tsx'
import { localNext } from './validation.ts'

/** An invite to a workspace is used up with the sign-up: the one workspace a new account has is where it leads. */
async function whereInvited(next: string): Promise<string> {
  const [workspace, ...others] = await api.workspaces.list.query()
  return workspace !== undefined && others.length === 0 ? `/w/${workspace.id}` : next
}

export function SignUpPage() {
  const t = useMessages(messages)
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const state = useAuthState()
  const next = localNext(search.next)
  const inviteToken = search.invite
  const isOpen = state?.signUp === 'open' || (inviteToken !== undefined && state?.signUp === 'invite')
  const toLogin = (
    <p className="text-muted">
      {t('signUp.toLogin')}{' '}
      <Link to="/login" search={{ next }} className="link">
        {t('signUp.loginLink')}
      </Link>
    </p>
  )
  if (!isOpen) {
    const isByInvite = state?.signUp === 'invite'
    return (
      <AuthPage
        title={t(isByInvite ? 'signUp.byInviteTitle' : 'signUp.closedTitle')}
        lead={t(isByInvite ? 'signUp.byInvite' : 'signUp.closed')}
      >
        {toLogin}
      </AuthPage>
    )
  }
  return (
    <AuthPage title={t('signUp.title')}>
      <ProviderLinks next={next} invite={inviteToken} />
      <AccountForm
        submitLabel={t('signUp.submit')}
        onSubmit={async ({ email, password, name }) => {
          await api.auth.signUp.mutate({ email, password, name, ...(inviteToken === undefined ? {} : { inviteToken }) })
          await refreshSession({ forget: true })
          await navigate({ href: inviteToken === undefined ? next : await whereInvited(next) })
        }}
      />
      {toLogin}
    </AuthPage>
  )
}
