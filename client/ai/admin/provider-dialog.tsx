import { useState } from 'react'
import { PROVIDER_KINDS, type ProviderKind, type ProviderRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { useSubmit } from '../../platform/use-submit.ts'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/check-field.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { showToast } from '../../ui/toast.ts'
import { messages } from '../locale.ts'
import { refreshAi } from '../queries.ts'
import { isMoved, readAddress } from './provider-form.ts'

/** Adds a provider, or changes one. Its key is written and never read back. */
export function ProviderDialog({ provider, onClose }: { provider: ProviderRow | null; onClose: () => void }) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const [name, setName] = useState(provider?.name ?? '')
  const [kind, setKind] = useState<ProviderKind>(provider?.kind ?? 'litellm')
  const [address, setAddress] = useState(provider?.baseUrl ?? '')
  const [apiKey, setApiKey] = useState('')
  const [isKeyRemoved, setKeyRemoved] = useState(false)
  const [isEnabled, setEnabled] = useState(provider?.isEnabled ?? true)
  const [wasTried, setTried] = useState(false)
  const baseUrl = readAddress(address)
  const mayKeepKey = provider?.hasApiKey === true
  const isKeyLost = mayKeepKey && isMoved(provider, address)
  const submit = useSubmit(async () => {
    if (baseUrl === null) return
    const key = apiKey.trim() !== '' ? { apiKey: apiKey.trim() } : isKeyRemoved ? { apiKey: null } : {}
    const id = provider === null ? {} : { id: provider.id }
    await api.ai.admin.saveProvider.mutate({ ...id, name: name.trim(), kind, baseUrl, isEnabled, ...key })
    await refreshAi()
    showToast({ text: t('providers.saved', { name: name.trim() }) })
    onClose()
  })
  const keyHint = () => {
    if (isKeyLost) return <span className="text-warning">{t('provider.keyMoved')}</span>
    return mayKeepKey ? t('provider.keyKept') : t('provider.keyHint')
  }
  return (
    <Dialog
      title={provider === null ? t('providers.addTitle') : t('providers.editTitle', { name: provider.name })}
      isOpen
      onOpenChange={onClose}
    >
      <Form
        className="grid gap-4"
        onSubmit={() => {
          setTried(true)
          return name.trim() !== '' && baseUrl !== null ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        <TextField
          label={t('providers.name')}
          hint={t('providers.nameHint')}
          maxLength={100}
          value={name}
          error={wasTried && name.trim() === '' ? t('route.required') : null}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          label={t('providers.kind')}
          value={kind}
          options={PROVIDER_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          onChange={setKind}
        />
        <TextField
          label={t('providers.address')}
          hint={t(`provider.${kind}Hint`)}
          inputMode="url"
          spellCheck={false}
          value={address}
          error={wasTried && baseUrl === null ? t('provider.badAddress') : null}
          onChange={(event) => setAddress(event.target.value)}
        />
        <PasswordField
          label={t('provider.apiKey')}
          hint={keyHint()}
          // A browser would offer the person's own password for it.
          autoComplete="new-password"
          maxLength={4000}
          disabled={isKeyRemoved}
          value={apiKey}
          onChange={(event) => setApiKey(event.target.value)}
        />
        {mayKeepKey && !isKeyLost && (
          <CheckField label={t('provider.keyRemove')} isChecked={isKeyRemoved} onChange={setKeyRemoved} />
        )}
        <CheckField label={t('provider.isEnabled')} isChecked={isEnabled} onChange={setEnabled} />
        <DialogActions className="mt-1">
          <Button onClick={onClose}>{tc('action.cancel')}</Button>
          <Button type="submit" kind="primary" isBusy={submit.isBusy}>
            {tc('action.save')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}
