import { useNavigate } from '@tanstack/react-router'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession, useAuthState } from '../platform/session.ts'
import { AccountForm } from './account-form.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'

export function SetupPage() {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const needsCode = useAuthState()?.setupNeedsCode ?? false
  return (
    <AuthPage title={t('setup.title')} lead={t('setup.lead')}>
      <AccountForm
        submitLabel={t('setup.submit')}
        needsCode={needsCode}
        onSubmit={async ({ email, password, name, code }) => {
          await api.auth.setup.mutate({ email, password, name, ...(needsCode ? { code } : {}) })
          await refreshSession({ forget: true })
          await navigate({ to: '/' })
        }}
      />
    </AuthPage>
  )
}
