import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { API_KEY_SCOPES, type ApiKeyScope } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { roleAllows } from '../../platform/roles.ts'
import { useSubmit } from '../../platform/use-submit.ts'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/check-field.tsx'
import { CopyField } from '../../ui/copy-field.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { messages } from '../locale.ts'
import { refreshAi } from '../queries.ts'

const EXPIRIES = ['30', '90', '365', 'never'] as const
type Expiry = (typeof EXPIRIES)[number]

/** Makes a key and shows it this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages(messages)
  const [made, setMade] = useState<string | null>(null)
  if (made === null) return <KeyForm onMade={setMade} onClose={onClose} />
  return (
    <Dialog title={t('keys.madeTitle')} description={t('keys.made')} isSticky isOpen onOpenChange={onClose}>
      <div className="grid gap-4">
        <CopyField label={t('keys.key')} value={made} />
        <CopyField label={t('keys.baseUrl')} value={`${location.origin}/v1`} />
      </div>
      <DialogActions>
        <Button kind="primary" onClick={onClose}>
          {t('keys.done')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function KeyForm({ onMade, onClose }: { onMade: (key: string) => void; onClose: () => void }) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const scopesId = useId()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly ApiKeyScope[]>(API_KEY_SCOPES)
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [workspace, setWorkspace] = useState('')
  const [wasTried, setTried] = useState(false)
  const workspaces = useQuery({ queryKey: ['workspaces', 'list'], queryFn: () => api.workspaces.list.query() })
  const chargeable = (workspaces.data ?? []).filter((w) => roleAllows(w.role, 'workspace.ai'))
  const isComplete = name.trim() !== '' && scopes.length > 0
  const submit = useSubmit(async () => {
    const { key } = await api.ai.keys.create.mutate({
      name: name.trim(),
      scopes: [...scopes],
      expiresInDays: expiry === 'never' ? null : Number(expiry),
      workspaceId: workspace === '' ? null : workspace,
    })
    await refreshAi()
    onMade(key)
  })
  const expiryName = (value: Expiry) => {
    if (value === 'never') return t('keys.never')
    return value === '365' ? t('keys.year') : t('keys.days', { count: Number(value) })
  }
  return (
    <Dialog title={t('keys.create')} isOpen onOpenChange={onClose}>
      <Form
        className="grid gap-4"
        onSubmit={() => {
          setTried(true)
          return isComplete ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        <TextField
          label={t('keys.name')}
          hint={t('keys.nameHint')}
          maxLength={100}
          value={name}
          error={wasTried && name.trim() === '' ? t('route.required') : null}
          onChange={(event) => setName(event.target.value)}
        />
        <div role="group" aria-labelledby={scopesId} className="grid gap-1">
          <span id={scopesId} className="font-semibold">
            {t('keys.scopes')}
          </span>
          {API_KEY_SCOPES.map((scope) => (
            <CheckField
              key={scope}
              label={t(`keyScope.${scope}`)}
              isChecked={scopes.includes(scope)}
              onChange={(isChecked) => setScopes(isChecked ? [...scopes, scope] : scopes.filter((s) => s !== scope))}
            />
          ))}
          {wasTried && scopes.length === 0 && (
            <p role="alert" className="text-12 text-danger">
              {t('keys.scopeNeeded')}
            </p>
          )}
        </div>
        <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
          <Select
            label={t('keys.expires')}
            value={expiry}
            options={EXPIRIES.map((value) => ({ value, label: expiryName(value) }))}
            onChange={setExpiry}
          />
          <Select
            label={t('keys.charge')}
            value={workspace}
            options={[
              { value: '', label: t('keys.chargeMe') },
              ...chargeable.map(({ id, name: label }) => ({ value: id, label })),
            ]}
            onChange={setWorkspace}
          />
        </div>
        <DialogActions className="mt-1">
          <Button onClick={onClose}>{tc('action.cancel')}</Button>
          <Button type="submit" kind="primary" isBusy={submit.isBusy}>
            {t('keys.create')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}
