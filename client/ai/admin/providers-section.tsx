import { Ellipsis, Pencil, Plus, Power, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ProviderRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Section } from '../../ui/section.tsx'
import { Table } from '../../ui/table.tsx'
import { useAction } from '../../ui/use-action.ts'
import { messages } from '../locale.ts'
import { refreshAi } from '../queries.ts'
import { type AiConfig, impactOf } from './impact.ts'
import { ImpactText } from './impact-text.tsx'
import { ProviderDialog } from './provider-dialog.tsx'

type Open =
  | { readonly type: 'add' }
  | { readonly type: 'edit' | 'delete' | 'switch-off'; readonly provider: ProviderRow }

/** The servers that run models. */
export function ProvidersSection({ config }: { config: AiConfig }) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const action = useAction()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const change = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    close()
    await refreshAi()
  }
  const setEnabled = ({ id, name, kind, baseUrl }: ProviderRow, isEnabled: boolean) =>
    change(
      () => api.ai.admin.saveProvider.mutate({ id, name, kind, baseUrl, isEnabled }),
      t(isEnabled ? 'providers.switchedOn' : 'providers.switchedOff', { name }),
    )
  const impact = (provider: ProviderRow) => impactOf(config, (route) => route.providerId === provider.id)
  const asking = open?.type === 'delete' || open?.type === 'switch-off' ? open : null
  return (
    <Section title={t('providers.title')} lead={t('providers.lead')}>
      <Table
        caption={t('providers.caption')}
        rows={config.providers}
        rowKey={(p) => p.id}
        columns={[
          {
            key: 'name',
            title: t('providers.name'),
            render: (p) => (
              <span className="grid min-w-0">
                <b>{p.name}</b>
                <span className="text-12 text-muted md:hidden">{p.baseUrl}</span>
              </span>
            ),
          },
          { key: 'kind', title: t('providers.kind'), isOptional: true, render: (p) => t(`kind.${p.kind}`) },
          {
            key: 'address',
            title: t('providers.address'),
            isOptional: true,
            render: (p) => <span className="font-mono text-12">{p.baseUrl}</span>,
          },
          {
            key: 'key',
            title: t('providers.key'),
            isOptional: true,
            render: (p) => (
              <span className="text-muted">{p.hasApiKey ? t('providers.hasKey') : t('providers.noKey')}</span>
            ),
          },
          {
            key: 'models',
            title: t('providers.models'),
            isNumber: true,
            isOptional: true,
            render: (p) => formatNumber(impact(p).routes.length),
          },
          {
            key: 'state',
            title: t('providers.state'),
            render: (p) => (
              <Pill tone={p.isEnabled ? 'good' : 'plain'}>{p.isEnabled ? t('providers.on') : t('providers.off')}</Pill>
            ),
          },
          {
            key: 'actions',
            title: tc('action.more'),
            isTitleHidden: true,
            isNumber: true,
            render: (p) => (
              <Menu
                trigger={<IconButton icon={Ellipsis} label={`${tc('action.more')}: ${p.name}`} />}
                entries={[
                  {
                    type: 'item',
                    label: t('providers.edit'),
                    icon: Pencil,
                    run: () => setOpen({ type: 'edit', provider: p }),
                  },
                  {
                    type: 'item',
                    label: p.isEnabled ? t('providers.switchOff') : t('providers.switchOn'),
                    icon: Power,
                    run: () => (p.isEnabled ? setOpen({ type: 'switch-off', provider: p }) : void setEnabled(p, true)),
                  },
                  { type: 'separator' },
                  {
                    type: 'item',
                    label: tc('action.delete'),
                    icon: Trash2,
                    isDangerous: true,
                    run: () => setOpen({ type: 'delete', provider: p }),
                  },
                ]}
              />
            ),
          },
        ]}
      />
      <Button icon={Plus} className="justify-self-start" onClick={() => setOpen({ type: 'add' })}>
        {t('providers.add')}
      </Button>
      {open?.type === 'add' && <ProviderDialog provider={null} onClose={close} />}
      {open?.type === 'edit' && <ProviderDialog provider={open.provider} onClose={close} />}
      {asking !== null && (
        <AlertDialog
          title={t(asking.type === 'delete' ? 'providers.deleteTitle' : 'providers.switchOffTitle', {
            name: asking.provider.name,
          })}
          confirm={asking.type === 'delete' ? tc('action.delete') : t('providers.switchOff')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={close}
          onConfirm={() =>
            void (asking.type === 'delete'
              ? change(
                  () => api.ai.admin.deleteProvider.mutate({ id: asking.provider.id }),
                  t('providers.deleted', { name: asking.provider.name }),
                )
              : setEnabled(asking.provider, false))
          }
        >
          <ImpactText impact={impact(asking.provider)} />
          <p>{asking.type === 'delete' ? t('providers.deleteBody') : t('providers.switchOffBody')}</p>
        </AlertDialog>
      )}
    </Section>
  )
}
