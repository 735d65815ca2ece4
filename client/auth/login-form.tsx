import { useState } from 'react'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import { emailProblem, requiredProblem } from './validation.ts'

interface Props {
  /** Filled in where the page knows who it was. */
  initialEmail?: string
  /** What stands in the way already; the answer to a try takes its place. */
  problem?: string | null
  onSignedIn: () => Promise<unknown>
}

export function LoginForm({ initialEmail = '', problem = null, onSignedIn }: Props) {
  const t = useMessages(messages)
  const [email, setEmail] = useState(initialEmail)
  const [password, setPassword] = useState('')
  const [wasTried, setTried] = useState(false)
  const submit = useSubmit(async () => {
    await api.auth.login.mutate({ email: email.trim(), password })
    await onSignedIn()
  })
  const sentence = submit.error ?? problem
  const problems = { email: emailProblem(email), password: requiredProblem(password) }
  return (
    <Form
      className="grid gap-4"
      onSubmit={() => {
        setTried(true)
        return problems.email === null && problems.password === null ? submit.run() : undefined
      }}
    >
      {sentence !== null && <Notice tone="error">{sentence}</Notice>}
      <TextField
        label={t('field.email')}
        type="email"
        name="email"
        autoComplete="username"
        inputMode="email"
        // Where the person is known, the place around decides where the focus goes.
        autoFocus={initialEmail === ''}
        value={email}
        error={wasTried ? problems.email : null}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={t('field.password')}
        name="password"
        autoComplete="current-password"
        value={password}
        error={wasTried ? problems.password : null}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" kind="primary" size="large" isBusy={submit.isBusy}>
        {t('login.submit')}
      </Button>
    </Form>
  )
}
