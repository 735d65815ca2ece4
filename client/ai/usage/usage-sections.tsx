import { useQuery } from '@tanstack/react-query'
import { api } from '../../platform/api.ts'
import { useMessages } from '../../platform/i18n.ts'
import { Section } from '../../ui/section.tsx'
import { messages } from '../locale.ts'
import { AiNotConfigured } from '../not-configured.tsx'
import { aiStatus } from '../queries.ts'
import { BudgetNotes } from './budget-notes.tsx'
import { UsageView } from './usage-view.tsx'

/** What oneself has used. */
export function OwnUsageSection() {
  const t = useMessages(messages)
  const status = useQuery(aiStatus)
  return (
    <Section title={t('usage.own')} lead={t('usage.ownLead')}>
      {status.data?.status === 'not_configured' && <AiNotConfigured />}
      <BudgetNotes workspaceId={null} />
      <UsageView
        scope={['own']}
        groupings={['model', 'workspace']}
        load={({ by, ...window }) =>
          api.ai.usage.own.query({ ...window, by: by === 'workspace' ? 'workspace' : 'model' })
        }
        none={t('usage.ownNone')}
      />
    </Section>
  )
}

/** What a workspace has used, and who of it. */
export function WorkspaceUsageSection({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const status = useQuery(aiStatus)
  return (
    <Section title={t('usage.own')} lead={t('usage.workspaceLead')}>
      {status.data?.status === 'not_configured' && <AiNotConfigured />}
      <BudgetNotes workspaceId={workspaceId} />
      <UsageView
        scope={['workspace', workspaceId]}
        groupings={['model', 'person']}
        load={({ by, ...window }) =>
          api.ai.usage.workspace.query({ ...window, workspaceId, by: by === 'person' ? 'person' : 'model' })
        }
        none={t('usage.none')}
      />
    </Section>
  )
}
