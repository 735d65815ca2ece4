import { useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import { emailProblem, nameProblem, passwordProblem, requiredProblem } from './validation.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly code: string
}

interface Props {
  submitLabel: string
  /** Asked for on a server that strangers can reach before it is set up. */
  needsCode?: boolean
  onSubmit: (account: NewAccount) => Promise<unknown>
}

/** Name, e-mail and password of a new account, for setup and sign-up alike. */
export function AccountForm({ submitLabel, needsCode = false, onSubmit }: Props) {
  const t = useMessages(messages)
  const [account, setAccount] = useState<NewAccount>({ email: '', password: '', name: '', code: '' })
  const [wasTried, setTried] = useState(false)
  const submit = useSubmit(() =>
    onSubmit({ ...account, email: account.email.trim(), name: account.name.trim(), code: account.code.trim() }),
  )
  const problems = {
    code: needsCode ? requiredProblem(account.code) : null,
    name: nameProblem(account.name),
    email: emailProblem(account.email),
    password: passwordProblem(account.password),
  }
  const isFine = Object.values(problems).every((p) => p === null)
  const field = (key: keyof NewAccount) => ({
    name: key,
    value: account[key],
    error: wasTried ? problems[key] : null,
    onChange: (event: { target: { value: string } }) => setAccount({ ...account, [key]: event.target.value }),
  })
  return (
    <Form
      className="grid gap-4"
      onSubmit={() => {
        setTried(true)
        return isFine ? submit.run() : undefined
      }}
    >
      {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
      {needsCode && (
        <TextField {...field('code')} label={t('field.code')} hint={t('field.codeHint')} autoFocus spellCheck={false} />
      )}
      <TextField
        {...field('name')}
        label={t('field.name')}
        hint={t('field.nameHint')}
        autoComplete="name"
        autoFocus={!needsCode}
        maxLength={80}
      />
      <TextField {...field('email')} label={t('field.email')} type="email" autoComplete="username" inputMode="email" />
      <PasswordField
        {...field('password')}
        label={t('field.password')}
        hint={t('field.passwordHint')}
        autoComplete="new-password"
      />
      <Button type="submit" kind="primary" size="large" isBusy={submit.isBusy}>
        {submitLabel}
      </Button>
    </Form>
  )
}
