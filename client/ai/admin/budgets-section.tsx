import { Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import type { BudgetRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { type Translate, useMessages } from '../../platform/i18n.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Section } from '../../ui/section.tsx'
import { Table } from '../../ui/table.tsx'
import { useAction } from '../../ui/use-action.ts'
import type { en } from '../locales/en.ts'
import { messages } from '../locale.ts'
import { formatAmount } from '../money.ts'
import { refreshAi } from '../queries.ts'
import { BudgetDialog, type BudgetFor } from './budget-dialog.tsx'
import { budgetState } from './budget-state.ts'

export type OpenBudget =
  | { readonly type: 'set'; readonly target?: BudgetFor }
  | { readonly type: 'change' | 'delete'; readonly budget: BudgetRow }

const nameOf = (t: Translate<typeof en>, { scope, scopeName }: BudgetRow): string =>
  scope === 'platform' ? t('budgets.platform') : (scopeName ?? t('budgets.gone'))

interface Props {
  budgets: readonly BudgetRow[]
  open: OpenBudget | null
  onOpen: (open: OpenBudget | null) => void
}

/** Limits, what is spent of them, and which are nearly used up. */
export function BudgetsSection({ budgets, open, onOpen }: Props) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const action = useAction()
  const close = () => onOpen(null)
  const countOf = (state: ReturnType<typeof budgetState>) => budgets.filter((b) => budgetState(b) === state).length
  const warned = countOf('warning')
  const used = countOf('used')
  const remove = async (budget: BudgetRow) => {
    await action.run(
      () => api.ai.admin.deleteBudget.mutate({ id: budget.id }),
      t('budgets.deleted', { name: nameOf(t, budget) }),
    )
    close()
    await refreshAi()
  }
  return (
    <Section title={t('budgets.title')} lead={t('budgets.lead')}>
      {used > 0 && (
        <Notice tone="error">
          <b>{t('budgets.spentOut', { count: used })}</b>
        </Notice>
      )}
      {warned > 0 && (
        <Notice tone="warning">
          <b>{t('budgets.warn', { count: warned })}</b>
        </Notice>
      )}
      {budgets.length === 0 ? (
        <p className="text-muted">{t('budgets.none')}</p>
      ) : (
        <Table
          caption={t('budgets.caption')}
          rows={budgets}
          rowKey={(b) => b.id}
          columns={[
            {
              key: 'scope',
              title: t('budgets.scope'),
              render: (b) => (
                <span className="grid min-w-0">
                  <b>{nameOf(t, b)}</b>
                  {b.scope !== 'platform' && <span className="text-12 text-muted">{t(`scope.${b.scope}`)}</span>}
                  <span className="text-12 text-muted md:hidden">{t(`budgets.${b.period}`)}</span>
                </span>
              ),
            },
            { key: 'period', title: t('budgets.period'), isOptional: true, render: (b) => t(`budgets.${b.period}`) },
            { key: 'spent', title: t('budgets.spent'), render: (b) => <Spent budget={b} /> },
            {
              key: 'actions',
              title: tc('action.more'),
              isTitleHidden: true,
              isNumber: true,
              render: (b) => (
                <Menu
                  trigger={
                    <IconButton
                      icon={Ellipsis}
                      label={t('budgets.actionsFor', { name: nameOf(t, b), period: t(`budgets.${b.period}`) })}
                    />
                  }
                  entries={[
                    {
                      type: 'item',
                      label: t('budgets.change'),
                      icon: Pencil,
                      run: () => onOpen({ type: 'change', budget: b }),
                    },
                    { type: 'separator' },
                    {
                      type: 'item',
                      label: tc('action.delete'),
                      icon: Trash2,
                      isDangerous: true,
                      run: () => onOpen({ type: 'delete', budget: b }),
                    },
                  ]}
                />
              ),
            },
          ]}
        />
      )}
      <Button icon={Plus} className="justify-self-start" onClick={() => onOpen({ type: 'set' })}>
        {t('budgets.add')}
      </Button>
      {open?.type === 'set' && (
        <BudgetDialog budgets={budgets} {...(open.target && { target: open.target })} onClose={close} />
      )}
      {open?.type === 'change' && (
        <BudgetDialog
          budgets={budgets}
          budget={open.budget}
          target={{ scope: open.budget.scope, scopeId: open.budget.scopeId, name: nameOf(t, open.budget) }}
          onClose={close}
        />
      )}
      {open?.type === 'delete' && (
        <AlertDialog
          title={t('budgets.deleteTitle', { name: nameOf(t, open.budget) })}
          confirm={tc('action.delete')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={close}
          onConfirm={() => void remove(open.budget)}
        >
          <p>
            {t('budgets.deleteBody', {
              spent: formatAmount(open.budget.spent),
              limit: formatAmount(open.budget.limit),
            })}
          </p>
        </AlertDialog>
      )}
    </Section>
  )
}

const BAR = { fine: 'bg-accent', warning: 'bg-warning', used: 'bg-danger' } as const

function Spent({ budget }: { budget: BudgetRow }) {
  const t = useMessages(messages)
  const { spent, reserved, limit } = budget
  const state = budgetState(budget)
  // Never 100 of what is not used up.
  const percent = limit === 0 ? 100 : Math.min(100, Math.floor((spent / limit) * 100))
  const ofLimit = t('budgets.ofLimit', { spent: formatAmount(spent), limit: formatAmount(limit) })
  return (
    <span className="grid max-w-80 gap-1 py-1">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <span>{ofLimit}</span>
        {state === 'warning' && (
          <span className="rounded-full border border-warning px-2 py-px text-12 whitespace-nowrap text-warning">
            {t('budgets.warning')}
          </span>
        )}
        {state === 'used' && <Pill tone="bad">{t('budgets.used')}</Pill>}
      </span>
      <span
        role="meter"
        aria-label={t('budgets.spent')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${ofLimit}, ${t('budgets.share', { percent })}`}
        className="relative block h-1 overflow-hidden rounded-full bg-hover"
      >
        <span className={`absolute inset-y-0 left-0 rounded-full ${BAR[state]}`} style={{ width: `${percent}%` }} />
      </span>
      {reserved > 0 && (
        <span className="text-12 text-muted">{t('budgets.promised', { amount: formatAmount(reserved) })}</span>
      )}
    </span>
  )
}
