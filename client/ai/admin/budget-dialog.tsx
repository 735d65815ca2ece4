import { useState } from 'react'
import type { BudgetRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { useSubmit } from '../../platform/use-submit.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { showToast } from '../../ui/toast.ts'
import { messages } from '../locale.ts'
import { formatAmount, parseAmount, typeAmount } from '../money.ts'
import { refreshAi } from '../queries.ts'
import { ScopePicker } from './scope-picker.tsx'

/** For whom a budget is; without a name, to be chosen. */
export interface BudgetFor {
  readonly scope: BudgetRow['scope']
  readonly scopeId: string
  readonly name: string
}

interface Props {
  /** What is to be changed. */
  budget?: BudgetRow
  /** For whom, where that is known already. */
  target?: BudgetFor
  budgets: readonly BudgetRow[]
  onClose: () => void
}

const SCOPES = ['platform', 'workspace', 'user'] as const

/** Sets the limit of the server, a workspace or a person for a day or a month. */
export function BudgetDialog({ budget, target, budgets, onClose }: Props) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const whole: BudgetFor = { scope: 'platform', scopeId: '', name: t('budgets.platform') }
  const [chosen, setChosen] = useState<BudgetFor>(target ?? whole)
  const [period, setPeriod] = useState<BudgetRow['period']>(budget?.period ?? 'month')
  const [typed, setTyped] = useState(budget === undefined ? '' : typeAmount(budget.limit))
  const [wasTried, setTried] = useState(false)
  const limit = parseAmount(typed)
  const isChosen = chosen.scope === 'platform' || chosen.scopeId !== ''
  const present = budgets.find((b) => b.scope === chosen.scope && b.scopeId === chosen.scopeId && b.period === period)
  const submit = useSubmit(async () => {
    if (limit === null) return
    const { scope, scopeId } = chosen
    await api.ai.admin.setBudget.mutate({ scope, scopeId, period, limit })
    await refreshAi()
    showToast({ text: t('budgets.saved', { name: chosen.name }) })
    onClose()
  })
  const setScope = (scope: (typeof SCOPES)[number]) =>
    setChosen(scope === 'platform' ? whole : { scope, scopeId: '', name: '' })
  return (
    <Dialog
      title={target === undefined ? t('budgets.setTitle') : t('budgets.changeTitle', { name: target.name })}
      isOpen
      onOpenChange={onClose}
    >
      <Form
        className="grid gap-4"
        onSubmit={() => {
          setTried(true)
          return limit !== null && isChosen ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        {target === undefined && (
          <Select
            label={t('budgets.scope')}
            value={chosen.scope === 'key' ? 'platform' : chosen.scope}
            options={[
              { value: 'platform', label: t('budgets.platform') },
              { value: 'workspace', label: t('budgets.scopeWorkspace') },
              { value: 'user', label: t('budgets.scopeUser') },
            ]}
            onChange={setScope}
          />
        )}
        {target === undefined && (chosen.scope === 'workspace' || chosen.scope === 'user') && (
          <ScopePicker
            key={chosen.scope}
            scope={chosen.scope}
            chosenId={chosen.scopeId}
            error={wasTried && !isChosen ? t('budgets.choose') : null}
            onChoose={(scopeId, name) => setChosen({ scope: chosen.scope, scopeId, name })}
          />
        )}
        {budget === undefined && (
          <Segments
            label={t('budgets.period')}
            value={period}
            options={[
              { value: 'day', label: t('budgets.day') },
              { value: 'month', label: t('budgets.month') },
            ]}
            onChange={setPeriod}
          />
        )}
        <TextField
          label={budget === undefined ? t('budgets.amount') : `${t('budgets.amount')}, ${t(`budgets.${period}`)}`}
          hint={t('budgets.amountHint')}
          inputMode="decimal"
          className="max-w-60"
          value={typed}
          error={wasTried && limit === null ? t('route.badPrice') : null}
          onChange={(event) => setTyped(event.target.value)}
        />
        {present !== undefined && limit !== null && present.spent >= limit && (
          <Notice tone="warning">{t('budgets.already', { spent: formatAmount(present.spent) })}</Notice>
        )}
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
