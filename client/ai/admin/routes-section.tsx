import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Ellipsis, Pencil, Plus, Power, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ProviderRow, RouteRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { common } from '../../platform/common.ts'
import { useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Section } from '../../ui/section.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useAction } from '../../ui/use-action.ts'
import { messages } from '../locale.ts'
import { formatAmount } from '../money.ts'
import { refreshAi } from '../queries.ts'
import { type AiConfig, impactOf, siblingsOf } from './impact.ts'
import { ImpactText } from './impact-text.tsx'
import { RouteDialog } from './route-dialog.tsx'
import { formOf, readRoute } from './route-form.ts'
import { RouteTestCell } from './route-test.tsx'

type Open = { readonly type: 'add' } | { readonly type: 'edit' | 'delete' | 'switch-off'; readonly route: RouteRow }

/** The names of models, and where each leads, in the order in which routes are tried. */
export function RoutesSection({ config }: { config: AiConfig }) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const action = useAction()
  const [open, setOpen] = useState<Open | null>(null)
  const { search, field } = useFilter()
  const providerOf = new Map(config.providers.map((p) => [p.id, p]))
  const nameOf = (route: RouteRow) => ({
    model: route.model,
    provider: providerOf.get(route.providerId)?.name ?? '',
  })
  const rows = config.routes.filter((route) =>
    [route.model, route.upstreamModel, nameOf(route).provider].some((text) => foldedIncludes(text, search)),
  )
  const close = () => setOpen(null)
  const change = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    close()
    await refreshAi()
  }
  const setEnabled = async (route: RouteRow, isEnabled: boolean) => {
    const facts = readRoute({ ...formOf(route, route.providerId), isEnabled })
    if (facts === null) return
    await change(
      () => api.ai.admin.saveRoute.mutate({ id: route.id, ...facts }),
      t('routes.saved', { model: route.model }),
    )
  }
  const move = (route: RouteRow, by: -1 | 1) => {
    const ids = siblingsOf(config.routes, route).map((r) => r.id)
    const from = ids.indexOf(route.id)
    ids.splice(from, 1)
    ids.splice(from + by, 0, route.id)
    return change(() => api.ai.admin.orderRoutes.mutate({ ids }), t('routes.moved', { model: route.model }))
  }
  const entriesFor = (route: RouteRow): MenuEntry[] => {
    const siblings = siblingsOf(config.routes, route)
    const place = siblings.findIndex((r) => r.id === route.id)
    const isLast = place === siblings.length - 1
    const set = (type: 'edit' | 'delete' | 'switch-off') => () => setOpen({ type, route })
    const toggle = () => (route.isEnabled ? set('switch-off')() : void setEnabled(route, true))
    return [
      { type: 'item', label: t('providers.edit'), icon: Pencil, run: set('edit') },
      {
        type: 'item',
        label: t('routes.moveUp'),
        icon: ArrowUp,
        isDisabled: place === 0,
        run: () => void move(route, -1),
      },
      {
        type: 'item',
        label: t('routes.moveDown'),
        icon: ArrowDown,
        isDisabled: isLast,
        run: () => void move(route, 1),
      },
      {
        type: 'item',
        label: route.isEnabled ? t('providers.switchOff') : t('providers.switchOn'),
        icon: Power,
        run: toggle,
      },
      { type: 'separator' },
      { type: 'item', label: tc('action.delete'), icon: Trash2, isDangerous: true, run: set('delete') },
    ]
  }
  const asking = open?.type === 'delete' || open?.type === 'switch-off' ? open : null
  return (
    <Section title={t('routes.title')} lead={t('routes.lead')}>
      {config.routes.length === 0 && <p className="text-muted">{t('routes.none')}</p>}
      {config.routes.length > 0 && (
        <TextField
          {...field}
          label={t('routes.search')}
          isLabelHidden
          placeholder={t('routes.search')}
          type="search"
          className="w-80 max-w-full"
        />
      )}
      {config.routes.length > 0 && rows.length === 0 && (
        <p className="text-muted">{t('routes.noneMatch', { search })}</p>
      )}
      {rows.length > 0 && (
        <Table
          caption={t('routes.caption')}
          rows={rows}
          rowKey={(route) => route.id}
          columns={[
            {
              key: 'model',
              title: t('routes.model'),
              render: (route) => (
                <span className="grid min-w-0">
                  <b>{route.model}</b>
                  <span className="text-12 text-muted">{t(`purpose.${route.purpose}`)}</span>
                  <span className="text-12 md:hidden">
                    <LeadsTo route={route} provider={providerOf.get(route.providerId)} routes={config.routes} />
                  </span>
                </span>
              ),
            },
            {
              key: 'leads',
              title: t('routes.leadsTo'),
              isOptional: true,
              render: (route) => (
                <LeadsTo route={route} provider={providerOf.get(route.providerId)} routes={config.routes} />
              ),
            },
            {
              key: 'limits',
              title: t('routes.limits'),
              isNumber: true,
              isOptional: true,
              render: (route) => `${formatNumber(route.maxTokens)} · ${formatNumber(route.contextTokens)}`,
            },
            {
              key: 'prices',
              title: t('routes.prices'),
              isNumber: true,
              isOptional: true,
              render: (route) => `${formatAmount(route.inputPrice)} · ${formatAmount(route.outputPrice)}`,
            },
            {
              key: 'test',
              title: t('routes.test'),
              isTitleHidden: true,
              render: (route) => <RouteTestCell route={route} provider={providerOf.get(route.providerId)} />,
            },
            {
              key: 'actions',
              title: tc('action.more'),
              isTitleHidden: true,
              isNumber: true,
              render: (route) => (
                <Menu
                  trigger={<IconButton icon={Ellipsis} label={t('routes.actionsFor', nameOf(route))} />}
                  entries={entriesFor(route)}
                />
              ),
            },
          ]}
        />
      )}
      <Button
        icon={Plus}
        kind={config.routes.length === 0 ? 'primary' : 'secondary'}
        className="justify-self-start"
        onClick={() => setOpen({ type: 'add' })}
      >
        {t('routes.add')}
      </Button>
      {open?.type === 'add' && <RouteDialog route={null} providers={config.providers} onClose={close} />}
      {open?.type === 'edit' && <RouteDialog route={open.route} providers={config.providers} onClose={close} />}
      {asking !== null && (
        <AlertDialog
          title={t(asking.type === 'delete' ? 'routes.deleteTitle' : 'routes.switchOffTitle', nameOf(asking.route))}
          confirm={asking.type === 'delete' ? tc('action.delete') : t('providers.switchOff')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={close}
          onConfirm={() =>
            void (asking.type === 'delete'
              ? change(
                  () => api.ai.admin.deleteRoute.mutate({ id: asking.route.id }),
                  t('routes.deleted', { model: asking.route.model }),
                )
              : setEnabled(asking.route, false))
          }
        >
          <ImpactText impact={impactOf(config, (route) => route.id === asking.route.id)} isRouteItself />
        </AlertDialog>
      )}
    </Section>
  )
}

interface LeadsToProps {
  route: RouteRow
  provider: ProviderRow | undefined
  routes: readonly RouteRow[]
}

function LeadsTo({ route, provider, routes }: LeadsToProps) {
  const t = useMessages(messages)
  const siblings = siblingsOf(routes, route)
  const place = siblings.findIndex((r) => r.id === route.id)
  return (
    <span className="grid min-w-0 justify-items-start gap-0.5">
      <span>
        {provider?.name} <span className="text-muted">{route.upstreamModel}</span>
      </span>
      <span className="flex flex-wrap gap-1">
        {siblings.length > 1 && <Pill>{place === 0 ? t('routes.first') : t('routes.fallback', { count: place })}</Pill>}
        {!route.isEnabled && <Pill tone="bad">{t('routes.off')}</Pill>}
        {provider?.isEnabled === false && <Pill tone="bad">{t('routes.providerOff')}</Pill>}
      </span>
    </span>
  )
}

const foldedIncludes = (text: string, part: string): boolean =>
  text.normalize('NFC').toLocaleLowerCase().includes(part.trim().normalize('NFC').toLocaleLowerCase())

/** The filter's text; it lives in the URL as `q`. */
function useFilter() {
  const all = useSearch({ strict: false })
  const navigate = useNavigate()
  const { q = '' } = all
  const [typed, setTyped] = useState(q)
  // Going back in the browser brings the field along.
  useEffect(() => setTyped(q), [q])
  const type = (next: string) => {
    setTyped(next)
    const { q: _, ...rest } = all
    const search = next.trim() === '' ? rest : { ...rest, q: next }
    void navigate({ to: '.', search, replace: true, resetScroll: false })
  }
  return {
    search: typed,
    field: { value: typed, onChange: (event: { target: { value: string } }) => type(event.target.value) },
  }
}
