import { useState } from 'react'
import { type ProviderRow, PURPOSES, type RouteRow, TEMPLATES } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { useSubmit } from '../../platform/use-submit.ts'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/check-field.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { showToast } from '../../ui/toast.ts'
import { messages } from '../locale.ts'
import { parseAmount } from '../money.ts'
import { refreshAi } from '../queries.ts'
import { formOf, LIMITS, readRoute, readWhole, type RouteForm } from './route-form.ts'

const TEMPLATE_NAMES = {
  qwen: 'Qwen2.5-Coder',
  starcoder: 'StarCoder2',
  deepseek: 'DeepSeek-Coder',
  codellama: 'CodeLlama',
  codestral: 'Codestral',
} as const

interface Props {
  route: RouteRow | null
  providers: readonly ProviderRow[]
  onClose: () => void
}

/** Leads a model's name to a provider, or changes where it leads. */
export function RouteDialog({ route, providers, onClose }: Props) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const [form, setForm] = useState<RouteForm>(() => formOf(route, providers[0]?.id ?? ''))
  const [wasTried, setTried] = useState(false)
  const set = (change: Partial<RouteForm>) => setForm({ ...form, ...change })
  const isLitellm = providers.find((p) => p.id === form.providerId)?.kind === 'litellm'
  const ready = readRoute(form)
  const submit = useSubmit(async () => {
    if (ready === null) return
    await api.ai.admin.saveRoute.mutate({ ...(route === null ? {} : { id: route.id }), ...ready })
    await refreshAi()
    showToast({ text: t('routes.saved', { model: ready.model }) })
    onClose()
  })
  const numberField = (key: keyof typeof LIMITS, label: string, hint?: string) => (
    <TextField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      inputMode="numeric"
      value={form[key]}
      error={
        wasTried && readWhole(form[key], LIMITS[key]) === null && !(key === 'firstTokenMs' && form[key].trim() === '')
          ? t('route.badNumber', LIMITS[key])
          : null
      }
      onChange={(event) => set({ [key]: event.target.value })}
    />
  )
  const priceField = (key: 'inputPrice' | 'outputPrice') => (
    <TextField
      label={t(`route.${key}`)}
      hint={t('route.priceHint')}
      inputMode="decimal"
      value={form[key]}
      error={wasTried && parseAmount(form[key]) === null ? t('route.badPrice') : null}
      onChange={(event) => set({ [key]: event.target.value })}
    />
  )
  return (
    <Dialog
      title={route === null ? t('routes.addTitle') : t('routes.editTitle', { model: route.model })}
      width={600}
      isOpen
      onOpenChange={onClose}
    >
      <Form
        className="grid gap-4"
        onSubmit={() => {
          setTried(true)
          return ready === null ? undefined : submit.run()
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        <div className="grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
          <TextField
            label={t('route.model')}
            hint={t('route.modelHint')}
            maxLength={100}
            spellCheck={false}
            value={form.model}
            error={wasTried && form.model.trim() === '' ? t('route.required') : null}
            onChange={(event) => set({ model: event.target.value })}
          />
          <Select
            label={t('route.purpose')}
            value={form.purpose}
            options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
            onChange={(purpose) => set({ purpose })}
          />
          <TextField
            label={t('route.upstream')}
            hint={t('route.upstreamHint')}
            maxLength={200}
            spellCheck={false}
            placeholder={form.model}
            value={form.upstreamModel}
            onChange={(event) => set({ upstreamModel: event.target.value })}
          />
          <Select
            label={t('route.provider')}
            value={form.providerId}
            options={providers.map(({ id, name, kind }) => ({ value: id, label: name, note: t(`kind.${kind}`) }))}
            onChange={(providerId) => set({ providerId })}
          />
          {numberField('maxTokens', t('route.maxTokens'))}
          {numberField('contextTokens', t('route.contextTokens'))}
          {priceField('inputPrice')}
          {priceField('outputPrice')}
          {numberField(
            'firstTokenMs',
            t('route.firstToken'),
            t(form.purpose === 'chat' ? 'route.firstTokenChat' : 'route.firstTokenCompletion'),
          )}
          {form.purpose === 'completion' && (
            <Select
              label={t('route.template')}
              value={form.template ?? 'none'}
              options={[
                { value: 'none', label: t('route.templateNone') },
                ...TEMPLATES.map((value) => ({
                  value,
                  label: value === 'suffix' ? t('route.templateSuffix') : TEMPLATE_NAMES[value],
                })),
              ]}
              onChange={(template) => set({ template: template === 'none' ? null : template })}
            />
          )}
        </div>
        {form.purpose === 'completion' && isLitellm && <Notice tone="warning">{t('route.litellm')}</Notice>}
        <CheckField
          label={t('route.isEnabled')}
          isChecked={form.isEnabled}
          onChange={(isEnabled) => set({ isEnabled })}
        />
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
