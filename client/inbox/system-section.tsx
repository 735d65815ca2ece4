import { useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { Section } from '../ui/section.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { messages } from './locale.ts'
import { systemNotices, wantSystemNotices } from './system-notices.ts'

/** Leave to show notices through the system, which only a person's press may ask for. */
export function SystemSection() {
  const t = useMessages(messages)
  const [state, setState] = useState(systemNotices)
  return (
    <Section title={t('system.title')}>
      {state === 'absent' ? (
        <p className="text-muted">{t('system.absent')}</p>
      ) : (
        <Toggle
          label={t('system.label')}
          hint={t(state === 'denied' ? 'system.denied' : 'system.hint')}
          isOn={state === 'on'}
          onChange={(isOn) => void wantSystemNotices(isOn).then(setState)}
        />
      )}
    </Section>
  )
}
