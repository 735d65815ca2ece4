import { useSuspenseQuery } from '@tanstack/react-query'
import { Coins } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../platform/api.ts'
import { useMessages } from '../../platform/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Section } from '../../ui/section.tsx'
import { messages } from '../locale.ts'
import { aiBudgets, aiConfig } from '../queries.ts'
import type { Grouping } from '../usage/usage-search.ts'
import type { UsageTotal } from '../usage/usage-series.ts'
import { UsageView } from '../usage/usage-view.tsx'
import { BudgetsSection, type OpenBudget } from './budgets-section.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { RoutesSection } from './routes-section.tsx'

/** Where models come from, what they are called, what they may cost and what they did. */
export function AiAdminPage() {
  const t = useMessages(messages)
  const { data: config } = useSuspenseQuery(aiConfig)
  const { data: budgets } = useSuspenseQuery(aiBudgets)
  const [openBudget, setOpenBudget] = useState<OpenBudget | null>(null)
  const dayBudget = budgets.find((b) => b.scope === 'platform' && b.period === 'day')?.limit
  const renderAction = ({ key, label }: UsageTotal, by: Grouping) => {
    if (by === 'model' || key === '') return null
    const target = { scope: by === 'person' ? ('user' as const) : by, scopeId: key, name: label }
    return (
      <IconButton
        icon={Coins}
        label={t('usage.setBudget', { name: label })}
        onClick={() => setOpenBudget({ type: 'set', target })}
      />
    )
  }
  return (
    <>
      <title>{`${t('title')} · Pairloom`}</title>
      <h1 className="text-20">{t('title')}</h1>
      {config.providers.length === 0 ? (
        <NothingYet />
      ) : (
        <div className="grid">
          <Section title={t('usage.title')}>
            <UsageView
              scope={['platform']}
              groupings={['model', 'person', 'workspace']}
              load={(question) => api.ai.usage.platform.query(question)}
              none={t('usage.none')}
              renderAction={renderAction}
              dayBudget={dayBudget}
            />
          </Section>
          <BudgetsSection budgets={budgets} open={openBudget} onOpen={setOpenBudget} />
          <RoutesSection config={config} />
          <ProvidersSection config={config} />
        </div>
      )}
    </>
  )
}

const COMPOSE_FILE = 'docker-compose.webide.yml'

function NothingYet() {
  const t = useMessages(messages)
  const [isAdding, setAdding] = useState(false)
  const [before = '', after = ''] = t('empty.note', { file: COMPOSE_FILE }).split(COMPOSE_FILE)
  return (
    <>
      <EmptyState
        action={
          <Button kind="primary" onClick={() => setAdding(true)}>
            {t('providers.add')}
          </Button>
        }
      >
        {t('empty.lead')}
      </EmptyState>
      <p className="max-w-prose text-12 text-muted">
        {before}
        <code className="font-mono">{COMPOSE_FILE}</code>
        {after}
      </p>
      {isAdding && <ProviderDialog provider={null} onClose={() => setAdding(false)} />}
    </>
  )
}
