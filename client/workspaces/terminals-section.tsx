import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Section } from '../ui/section.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { messages } from './locale.ts'
import { refreshWorkspaces, terminalSettings } from './queries.ts'

/** Whether viewers may watch what is printed in the workspace's terminals. */
export function TerminalsSection({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const { data } = useSuspenseQuery(terminalSettings(workspaceId))
  const isOn = data.viewersWatchTerminals
  const submit = useSubmit(async () => {
    await api.terminals.setViewersWatch.mutate({ workspaceId: workspaceId, isAllowed: !isOn })
    await refreshWorkspaces()
  })
  return (
    <Section title={t('settings.terminals')}>
      <Toggle
        label={t('settings.viewersWatch')}
        hint={submit.error ?? t('settings.viewersWatchHint')}
        isOn={isOn}
        onChange={() => void submit.run()}
      />
    </Section>
  )
}
