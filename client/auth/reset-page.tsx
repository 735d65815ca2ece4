import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession } from '../platform/session.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AuthPage } from './auth-page.tsx'
import { DeadLink } from './dead-link.tsx'
import { messages } from './locale.ts'
import { passwordProblem } from './validation.ts'

export function ResetPage() {
  const t = useMessages(messages)
  const { token = '' } = useParams({ strict: false })
  const [password, setPassword] = useState('')
  const [wasTried, setTried] = useState(false)
  const [isDone, setDone] = useState(false)
  const submit = useSubmit(async () => {
    await api.auth.resetPassword.mutate({ token, password })
    await refreshSession({ forget: true })
    setDone(true)
  })
  // Who has a link that no longer works learns it before they think of a password.
  const preview = useQuery({
    queryKey: ['reset', token],
    queryFn: () => api.auth.resetPreview.query({ token }),
    throwOnError: false,
    enabled: !isDone,
  })
  const problem = passwordProblem(password)
  if (isDone) {
    return (
      <AuthPage title={t('reset.title')} lead={t('reset.done')}>
        <Link to="/login" className={buttonClass('primary', 'large')}>
          {t('login.submit')}
        </Link>
      </AuthPage>
    )
  }
  if (preview.isError) return <DeadLink error={preview.error} />
  if (preview.data === undefined) {
    return (
      <AuthPage title={t('reset.title')}>
        <Skeleton rows={2} />
      </AuthPage>
    )
  }
  return (
    <AuthPage title={t('reset.title')}>
      <Form
        className="grid gap-4"
        onSubmit={() => {
          setTried(true)
          return problem === null ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        <PasswordField
          label={t('field.newPassword')}
          hint={t('field.passwordHint')}
          autoComplete="new-password"
          autoFocus
          value={password}
          error={wasTried ? problem : null}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" kind="primary" size="large" isBusy={submit.isBusy}>
          {t('reset.submit')}
        </Button>
      </Form>
    </AuthPage>
  )
}
