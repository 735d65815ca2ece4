import { useState } from 'react'
import { api } from '../platform/api.ts'
import { hasCode } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession } from '../platform/session.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { Section } from '../ui/section.tsx'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { passwordProblem, requiredProblem } from './validation.ts'

const EMPTY = { current: '', next: '' }

/** Changing the password; someone who came by a provider sets their first one here. */
export function PasswordSection({ hasPassword }: { hasPassword: boolean }) {
  const t = useMessages(messages)
  const [typed, setTyped] = useState(EMPTY)
  const [wasTried, setTried] = useState(false)
  /** the one that the server called wrong */
  const [refused, setRefused] = useState<string | null>(null)
  const problems = { current: hasPassword ? requiredProblem(typed.current) : null, next: passwordProblem(typed.next) }
  const submit = useSubmit(async () => {
    try {
      await api.auth.changePassword.mutate({ current: hasPassword ? typed.current : null, next: typed.next })
    } catch (error) {
      if (!hasCode(error, 'invalid_credentials')) throw error
      setRefused(typed.current)
      return
    }
    setTyped(EMPTY)
    setTried(false)
    await refreshSession({ forget: false })
    showToast({ text: t('account.passwordChanged') })
  })
  return (
    <Section title={t('account.password')}>
      <Form
        className="grid max-w-80 gap-4"
        onSubmit={() => {
          setTried(true)
          return problems.current === null && problems.next === null ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        {hasPassword && (
          <PasswordField
            label={t('field.currentPassword')}
            autoComplete="current-password"
            value={typed.current}
            error={typed.current === refused ? t('problem.current') : wasTried ? problems.current : null}
            onChange={(event) => setTyped({ ...typed, current: event.target.value })}
          />
        )}
        <PasswordField
          label={t('field.newPassword')}
          hint={t('field.passwordHint')}
          autoComplete="new-password"
          value={typed.next}
          error={wasTried ? problems.next : null}
          onChange={(event) => setTyped({ ...typed, next: event.target.value })}
        />
        <Button type="submit" size="large" className="justify-self-start" isBusy={submit.isBusy}>
          {hasPassword ? t('account.changePassword') : t('account.setPassword')}
        </Button>
      </Form>
    </Section>
  )
}
